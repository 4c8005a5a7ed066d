// Contrast of two colours (WCAG 2.2), of any that a browser can paint.

export type Rgb = readonly [number, number, number]

/** From 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
    return (high + 0.05) / (low + 0.05)
}

/** Relative luminance, from 0 to 1. */
function luminance(colour: Rgb): number {
    const [red, green, blue] = colour.map(level => {
        const share = level / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** "4.5:1", cut and not rounded: 4.49 is not enough. */
export const ratio = (value: number): string => `${(Math.floor(value * 10) / 10).toFixed(1)}:1`

/** Paints colours over each other, and says what is seen: a colour may let the one below through. */
export class Painter {
    private readonly canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
        willReadFrequently: true,
    })

    /** `colours`: from the lowest to the highest, each as a browser computes it. */
    seen(colours: readonly string[]): Rgb {
        if (!this.canvas) return [0, 0, 0]
        this.canvas.clearRect(0, 0, 1, 1)
        for (const colour of colours) {
            this.canvas.fillStyle = colour
            this.canvas.fillRect(0, 0, 1, 1)
        }
        const [red = 0, green = 0, blue = 0] = this.canvas.getImageData(0, 0, 1, 1).data
        return [red, green, blue]
    }
}
