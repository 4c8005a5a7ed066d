// Reads [{headers, body, key}] (body and key in base64) and prints, for each, whether http-message-signatures believes
// it: a signature by `key`, over a digest that is the body's.
const crypto = require("node:crypto");
const { createVerifier, httpbis } = require("http-message-signatures");

function publicKey(raw) {
  const x = Buffer.from(raw, "base64").toString("base64url");
  return crypto.createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

async function isBelieved({ headers, body, key }) {
  const digest = crypto.createHash("sha256").update(Buffer.from(body, "base64")).digest("base64");
  if (headers["Unencoded-Digest"] !== `sha-256=:${digest}:`) return false;
  const verify = createVerifier(publicKey(key), "ed25519");
  try {
    const result = await httpbis.verifyMessage(
      {
        keyLookup: async ({ keyid, tag }) => (keyid === key && tag === "ed25519-integrity" ? { id: keyid, verify } : null),
        requiredFields: ["unencoded-digest"],
        requiredParams: ["created", "expires", "keyid", "tag"],
        all: true,
      },
      { status: 200, headers },
    );
    return result === true;
  } catch {
    return false;
  }
}

async function main() {
  let text = "";
  for await (const part of process.stdin) text += part;
  process.stdout.write(JSON.stringify(await Promise.all(JSON.parse(text).map(isBelieved))));
}

main();
