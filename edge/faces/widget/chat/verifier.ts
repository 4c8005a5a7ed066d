// Ed25519 for browsers whose WebCrypto lacks it. Nobody else loads it.
import { verifyAsync } from "@noble/ed25519"
import type { Ed25519 } from "../../client/belief.ts"

/** Strict, as RFC 8032 has it and WebCrypto does. */
export const verify: Ed25519 = (key, signature, message) => verifyAsync(signature, message, key, { zip215: false })
