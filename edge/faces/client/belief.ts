// Whose keys a client believes, and what it checks before it gives an answer back: RFC 9421 over `Unencoded-Digest`, as
// `edge/trust/snippet.py` has it, by WebCrypto.
import { disbelieved, unreachable } from "./errors.ts"
import type { AskResponse, Provenance, PurposeList, ShownPurpose, SignedAnswer, SnippetDocument, TenantKeys, TreeResponse } from "./generated.ts"

/** By tenant, the public keys in base64. */
export type Keys = Readonly<Record<string, readonly string[]>>

const INPUT =
    /^pub=\("unencoded-digest";sf\);created=(\d{1,15});expires=(\d{1,15});keyid="([A-Za-z0-9+/]{43}=)";tag="ed25519-integrity"$/
const SIGNATURE = /^pub=:([A-Za-z0-9+/]{86}==):$/
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

type Bytes = Uint8Array<ArrayBuffer>

/** What a tenant signed: an answer, or a purpose of consent. */
export type SignedDocument = Readonly<Record<string, unknown>>

/** True if the key signed the message. Rejects where the key is no point of the curve. */
export type Ed25519 = (key: Bytes, signature: Bytes, message: Bytes) => Promise<boolean>

/** By WebCrypto. */
export const webCrypto: Ed25519 = async (key, signature, message) => {
    const trusted = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"])
    return crypto.subtle.verify("Ed25519", trusted, signature, message)
}

/** The answer of `signed`, as `verifySigned`. The caller compares island and snippet. */
export async function verifyAnswer(
    signed: SignedAnswer,
    keys: readonly string[],
    nowMs: number,
    verify: Ed25519 = webCrypto,
): Promise<SnippetDocument> {
    return (await verifySigned(signed, keys, nowMs, verify, ["snippet", "answer"])) as unknown as SnippetDocument
}

/** The document of `signed`, signed by one of `keys` and not expired at `nowMs`. `fields` are the texts that it has and
 * that documents of other kinds lack. Throws `PopError`. */
export async function verifySigned(
    signed: SignedAnswer,
    keys: readonly string[],
    nowMs: number,
    verify: Ed25519,
    fields: readonly string[],
): Promise<SignedDocument> {
    const document = bytesOf(signed.document)
    const digest = `sha-256=:${toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", document)))}:`
    if (digest !== signed.unencoded_digest) {
        throw disbelieved("the answer does not match the digest that was signed", "hash_mismatch")
    }
    const [, created, expires, key] = INPUT.exec(signed.signature_input) ?? []
    const [, signature] = SIGNATURE.exec(signed.signature) ?? []
    if (!key || !signature) throw disbelieved("the answer has no signature of the expected form")
    if (Number(expires) <= Number(created)) {
        throw disbelieved("the answer's signature expires before it was created")
    }
    if (!keys.some(one => one.replace(/^ed25519-/, "") === key)) {
        throw disbelieved(`the answer is signed by key ${key}, expected a key of the tenant`)
    }
    if (!(await isSigned(signed, key, signature, verify))) throw disbelieved("the answer has a signature that does not match")
    return readDocument(signed.document, Number(expires), nowMs, fields)
}

async function isSigned(signed: SignedAnswer, key: string, signature: string, verify: Ed25519): Promise<boolean> {
    const params = signed.signature_input.slice("pub=".length)
    const base = `"unencoded-digest";sf: ${signed.unencoded_digest}\n"@signature-params": ${params}`
    try {
        return await verify(fromBase64(key), fromBase64(signature), bytesOf(base))
    } catch {
        // The key is no point of the curve, or the base64 has a second spelling.
        return false
    }
}

function readDocument(text: string, expiresS: number, nowMs: number, fields: readonly string[]): SignedDocument {
    let found: SignedDocument
    try {
        found = { ...(JSON.parse(text) as SignedDocument) }
    } catch {
        found = {}
    }
    const texts = ["tenant", "island", "locale", "approved_by", "approved_at", "expires", ...fields]
    if (!texts.every(one => typeof found[one] === "string") || typeof found["revision"] !== "number") {
        throw disbelieved("the answer is not a document of the expected kind", "metadata_invalid")
    }
    // A time that cannot be read is no number, and not before anything.
    if (!(nowMs < Math.min(expiresS * 1000, Date.parse(String(found["expires"]))))) {
        throw disbelieved("the answer is good no more, expected one that expires later", "metadata_expired")
    }
    return found
}

/** Verifies answers by the keys that the caller gave, or else by those that the PoP named first, which are pinned: those
 * of a tenant never change while the client lives. */
export class Belief {
    private readonly pinned = new Map<string, readonly string[]>()

    constructor(
        private readonly given: Keys | null,
        private readonly readKeys: () => Promise<readonly TenantKeys[]>,
    ) {}

    /** Throws `PopError` if an answer in the response is not the tenant's to this island. */
    async checkResponse(response: AskResponse | TreeResponse, island: string): Promise<void> {
        if (response.island !== island) throw disbelieved(`the response is about another island, expected ${island}`)
        if (response.answer !== null) await this.check(response.answer, response.provenance, response.signed, island)
        const more: unknown = "more" in response ? response.more : []
        if (!Array.isArray(more)) throw unreachable("found a response whose parts are no list, expected a PoP's")
        for (const part of more) await this.check(part?.answer, part?.provenance, part?.signed, island)
    }

    /** The document, if it is the tenant's for this snippet of this island. Throws `PopError` otherwise. */
    async open(signed: SignedAnswer, island: string, snippet: string): Promise<SnippetDocument> {
        const document = await verifyAnswer(signed, await this.keysOf(tenantOf(island)), Date.now())
        if (`${document.tenant}/${document.island}` !== island || document.snippet !== snippet) {
            throw disbelieved(`the answer is signed for another place, expected ${snippet} of ${island}`)
        }
        return document
    }

    /** Throws `PopError` if a sentence in the list is not the tenant's for this island. */
    async checkPurposes(found: PurposeList, island: string): Promise<void> {
        if (found.island !== island) throw disbelieved(`the purposes are of another island, expected ${island}`)
        if (!Array.isArray(found.purposes)) throw unreachable("found purposes that are no list, expected a PoP's")
        const keys = await this.keysOf(tenantOf(island))
        for (const one of found.purposes as readonly ShownPurpose[]) {
            const { tenant, island: name, purpose, version, allows, locale, text } = await verifySigned(
                one, keys, Date.now(), webCrypto, ["purpose", "text"],
            )
            const signed = JSON.stringify([`${tenant}/${name}`, purpose, version, allows, locale, text])
            if (signed !== JSON.stringify([island, one.purpose, one.version, one.allows, one.locale, one.text])) {
                throw disbelieved("the purpose is shown as something else than the document that the tenant signed")
            }
        }
    }

    private async check(
        answer: string,
        provenance: Provenance | null,
        signed: SignedAnswer | null,
        island: string,
    ): Promise<void> {
        if (!signed || !provenance) {
            throw disbelieved("the answer is not signed, expected a PoP's document and three headers with it")
        }
        const document = await this.open(signed, island, provenance.snippet)
        const isSame =
            answer === document.answer &&
            provenance.island === island &&
            provenance.revision === document.revision &&
            provenance.approved_by === document.approved_by &&
            Date.parse(provenance.approved_at) === Date.parse(document.approved_at) &&
            (provenance.locale === undefined || provenance.locale === document.locale) &&
            provenance.key_id === INPUT.exec(signed.signature_input)?.[3]
        if (!isSame) throw disbelieved("the response says something else than the document that the tenant signed")
    }

    private async keysOf(tenant: string): Promise<readonly string[]> {
        if (this.given === null && !this.pinned.has(tenant)) {
            for (const named of await this.readKeys()) {
                if (!Array.isArray(named?.keys)) throw unreachable("found a tenant without keys, expected a PoP's")
                // A tenant that has no keys yet is asked for again.
                if (named.keys.length > 0 && !this.pinned.has(named.tenant)) this.pinned.set(named.tenant, named.keys.map(key => key.ed25519))
            }
        }
        const keys = this.given === null ? this.pinned.get(tenant) : Object.hasOwn(this.given, tenant) ? this.given[tenant] : []
        if (keys === undefined || keys.length === 0) {
            throw disbelieved(`no key of the tenant ${tenant} is known, expected one in keys or from the PoP`)
        }
        return keys
    }
}

/** The tenant of an island's name. Throws `PopError` for a text that is none. */
export function tenantOf(island: string): string {
    if (!NAME.test(island)) {
        throw disbelieved("this is not an island's name, expected tenant/island in lower-case letters, digits and '-'", "malformed")
    }
    return island.slice(0, island.indexOf("/"))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(text)
}

function toBase64(bytes: Uint8Array): string {
    return btoa(String.fromCharCode(...bytes))
}

/** Throws for base64 with a second spelling of the same bytes: unused bits that are set. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    if (toBase64(bytes) !== text) throw new TypeError("base64 is not canonical")
    return bytes
}
