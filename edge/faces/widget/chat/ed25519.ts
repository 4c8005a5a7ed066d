// Which Ed25519 verifies answers in this browser.
import { type Ed25519, webCrypto } from "../../client/belief.ts"

/** Loads the part `verifier`. */
export type LoadVerifier = (name: string) => Promise<{ readonly verify: Ed25519 }>

/** WebCrypto's, or that of the part which only browsers without it load. */
export function verifierOf(loadPart: LoadVerifier): Ed25519 {
    return async (key, signature, message) => {
        try {
            return await webCrypto(key, signature, message)
        } catch (error) {
            if ((error as DOMException).name !== "NotSupportedError") throw error
            return (await loadPart("verifier")).verify(key, signature, message)
        }
    }
}
