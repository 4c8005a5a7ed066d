// Lets an element draw itself again after each change of the desk.
import type { ReactiveController, ReactiveControllerHost } from "lit"
import type { Desk } from "./desk.ts"

export class Watching implements ReactiveController {
    private end: (() => void) | null = null
    private isConnected = false

    constructor(
        private readonly host: ReactiveControllerHost & { desk: Desk },
        private readonly onChange: () => void = () => undefined,
    ) {
        host.addController(this)
    }

    hostConnected(): void {
        // The property is set after the element is connected, before its first update.
        this.isConnected = true
        queueMicrotask(() => {
            if (!this.isConnected) return
            this.end ??= this.host.desk.watch(() => {
                this.onChange()
                this.host.requestUpdate()
            })
        })
    }

    hostDisconnected(): void {
        this.isConnected = false
        this.end?.()
        this.end = null
    }
}
