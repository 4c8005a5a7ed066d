// shared/words.ts
var UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
var LINE = /\r\n|\r|\u2028|\u2029/g;
function shown(text) {
  return text.replace(LINE, "\n").replace(UNSEEN, "□");
}

// client/errors.ts
var PopError = class extends Error {
  constructor(family, reason, text, retryAfterS = null) {
    super(text);
    this.family = family;
    this.reason = reason;
    this.retryAfterS = retryAfterS;
    this.name = "PopError";
  }
};
var disbelieved = (text, reason = "signature_invalid") => new PopError("refused", reason, text);
var unreachable = (text) => new PopError("unreachable", "unreachable", text);

// client/belief.ts
var INPUT = /^pub=\("unencoded-digest";sf\);created=(\d{1,15});expires=(\d{1,15});keyid="([A-Za-z0-9+/]{43}=)";tag="ed25519-integrity"$/;
var SIGNATURE = /^pub=:([A-Za-z0-9+/]{86}==):$/;
var webCrypto = async (key, signature, message) => {
  const trusted = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", trusted, signature, message);
};
async function verifySigned(signed, keys, nowMs, verify, fields) {
  const document2 = bytesOf(signed.document);
  const digest = `sha-256=:${toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", document2)))}:`;
  if (digest !== signed.unencoded_digest) {
    throw disbelieved("the answer does not match the digest that was signed", "hash_mismatch");
  }
  const [, created, expires, key] = INPUT.exec(signed.signature_input) ?? [];
  const [, signature] = SIGNATURE.exec(signed.signature) ?? [];
  if (!key || !signature) throw disbelieved("the answer has no signature of the expected form");
  if (Number(expires) <= Number(created)) {
    throw disbelieved("the answer's signature expires before it was created");
  }
  if (!keys.some((one) => one.replace(/^ed25519-/, "") === key)) {
    throw disbelieved(`the answer is signed by key ${key}, expected a key of the tenant`);
  }
  if (!await isSigned(signed, key, signature, verify)) throw disbelieved("the answer has a signature that does not match");
  return readDocument(signed.document, Number(expires), nowMs, fields);
}
async function isSigned(signed, key, signature, verify) {
  const params = signed.signature_input.slice("pub=".length);
  const base = `"unencoded-digest";sf: ${signed.unencoded_digest}
"@signature-params": ${params}`;
  try {
    return await verify(fromBase64(key), fromBase64(signature), bytesOf(base));
  } catch {
    return false;
  }
}
function readDocument(text, expiresS, nowMs, fields) {
  let found;
  try {
    found = { ...JSON.parse(text) };
  } catch {
    found = {};
  }
  const texts = ["tenant", "island", "locale", "approved_by", "approved_at", "expires", ...fields];
  if (!texts.every((one) => typeof found[one] === "string") || typeof found["revision"] !== "number") {
    throw disbelieved("the answer is not a document of the expected kind", "metadata_invalid");
  }
  if (!(nowMs < Math.min(expiresS * 1e3, Date.parse(String(found["expires"]))))) {
    throw disbelieved("the answer is good no more, expected one that expires later", "metadata_expired");
  }
  return found;
}
function bytesOf(text) {
  return new TextEncoder().encode(text);
}
function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new TypeError("base64 is not canonical");
  return bytes;
}

// widget/chat/ed25519.ts
function verifierOf(loadPart) {
  return async (key, signature, message) => {
    try {
      return await webCrypto(key, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
      return (await loadPart("verifier")).verify(key, signature, message);
    }
  };
}

// widget/model/markdown.ts
var SPAN = /\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|`([^`\n]+)`|\[([^\]\n]+)\]\((https:\/\/[^\s()<>"]+)\)|(https:\/\/[^\s()<>"*`]*[^\s()<>"*`.,:;!?])/g;
var ITEM = /^\s*(?:[-*]|(\d+)[.)])\s+/;
function blocksOf(markdown2) {
  return markdown2.split(/\n\s*\n/).filter((part) => part.trim()).flatMap((part) => {
    const blocks = [];
    for (const line of part.split("\n")) {
      const item = ITEM.exec(line);
      const tag = item ? item[1] ? "ol" : "ul" : "p";
      const last = blocks.at(-1);
      const spans = spansOf(line.replace(ITEM, ""));
      if (last?.tag === tag) last.lines.push(spans);
      else blocks.push({ tag, lines: [spans] });
    }
    return blocks;
  });
}
function spansOf(line) {
  const spans = [];
  let end = 0;
  for (const found of line.matchAll(SPAN)) {
    const [, strong, em, code, label, link, bare] = found;
    if (found.index > end) spans.push({ tag: "", text: line.slice(end, found.index) });
    end = found.index + found[0].length;
    if (strong) spans.push({ tag: "strong", text: strong });
    else if (em) spans.push({ tag: "em", text: em });
    else if (code) spans.push({ tag: "code", text: code });
    else spans.push({ tag: "a", text: label ?? bare ?? "", href: link ?? bare ?? "" });
  }
  if (end < line.length) spans.push({ tag: "", text: line.slice(end) });
  return spans;
}

// widget/chat/nodes.ts
function element(tag, part, ...children) {
  const made = document.createElement(tag);
  if (part) made.setAttribute("part", part);
  made.append(...children);
  return made;
}
function unticked(text) {
  return shown(text).replace(/[\u2611\u2705\u2713\u2714\u{1f5f8}\u{1f5f9}]/gu, "□");
}
function words(tag, part, text) {
  const made = element(tag, part, unticked(text));
  made.dir = "auto";
  return made;
}
function markdown(text) {
  return blocksOf(shown(text)).map(({ tag, lines }) => {
    const block = element(tag, "text");
    block.dir = "auto";
    lines.forEach((spans, index) => {
      const line = spans.map(({ tag: inner, text: said, href }) => {
        if (!inner) return said;
        const node = element(inner, href ? "link" : "", said);
        return href ? Object.assign(node, { href, rel: "noreferrer", target: "_blank" }) : node;
      });
      if (tag === "p") block.append(...index ? ["\n"] : [], ...line);
      else block.append(element("li", "", ...line));
    });
    return block;
  });
}

// widget/chat/panel.ts
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
}

// widget/chat/pop.ts
var TIMEOUT_MS = 1e4;
var MAX_CHARACTERS = 1048576;
var MAX_RETRY_AFTER_S = 3600;
var WAIT_S = 50;
var EVENTS_TIMEOUT_MS = 7e4;
function popAt(url, island, keys, { session, consent }, verify) {
  const base = new URL(url).href.replace(/\/$/, "");
  let beginning;
  async function text(path, init, timeoutMs = TIMEOUT_MS) {
    let response;
    let body;
    try {
      response = await fetch(base + path, {
        // Another host would get the token. A redirect has no status here.
        redirect: "manual",
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(timeoutMs),
        ...init
      });
      body = await textOf(response);
    } catch {
      throw unreachable("the PoP could not be reached");
    }
    const { ok, status, headers } = response;
    if (ok) return body;
    const { reason } = read(body);
    const isRefused = typeof reason === "string" && status < 500;
    const family = status === 429 ? "limited" : isRefused ? "refused" : "unreachable";
    const retryAfterS = Math.min(MAX_RETRY_AFTER_S, parseInt(headers.get("Retry-After") ?? "") || 0);
    throw new PopError(family, reason, "", retryAfterS);
  }
  const get = async (path, init = {}) => read(await text(path, init));
  const post = (path, body, key = "") => get(path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...key && { "Idempotency-Key": key },
      ...pop.session && { Authorization: `Bearer ${pop.session}` }
    },
    body: JSON.stringify(body)
  });
  async function check(answer, said, signed) {
    if (!said || !signed) throw disbelieved("the answer is not signed");
    const found = await pop.open(signed, said.snippet);
    const isSame = found.answer === answer && found.revision === said.revision && found.approved_by === said.approved_by && Date.parse(found.approved_at) === Date.parse(said.approved_at) && // A PoP leaves out the island's own language: which one it is, the document says.
    found.locale === (said.locale ??= found.locale);
    if (!isSame) throw disbelieved("the response says something else than the document that the tenant signed");
  }
  const pop = {
    island,
    session,
    consent,
    get,
    post,
    async begin() {
      if (pop.session) return;
      beginning ??= post("/v1/sessions", { island }).then((found) => void (pop.session = found.session)).finally(() => beginning = void 0);
      await beginning;
    },
    async send({ path, body, key }) {
      await pop.begin();
      const found = await post(path, body, key);
      if (found.island !== island) throw disbelieved("the response is about another island");
      if (found.answer !== null) await check(found.answer, found.provenance, found.signed);
      for (const part of found.more === void 0 ? [] : found.more) await check(part.answer, part.provenance, part.signed);
      return found;
    },
    async open(signed, id, kind = "snippet", words2 = "answer") {
      const found = await verifySigned(signed, keys, Date.now(), verify, [kind, words2]);
      if (`${found["tenant"]}/${found["island"]}` !== island || found[kind] !== id) {
        throw disbelieved("the answer is signed for another place");
      }
      return found;
    },
    list(locale) {
      const path = `/v1/islands/${island}/answers?locale=${locale}`;
      return get(path, { cache: "default" }).catch(() => get(path, { cache: "force-cache" }));
    },
    async news(ticket, token, position) {
      const path = `/v1/tickets/${encodeURIComponent(ticket)}`;
      const headers = { Authorization: `Bearer ${token}` };
      try {
        const more = { ...headers, Prefer: `wait=${WAIT_S}`, ...position && { "Last-Event-ID": position } };
        const found = await text(`${path}/events`, { headers: more }, EVENTS_TIMEOUT_MS);
        const news = [];
        for (const [, field, value = ""] of found.matchAll(/^(id|data): (.*)$/gm)) {
          if (field === "id") position = value;
          else news.push(read(value));
        }
        return [position, news];
      } catch (error) {
        if (error.family !== "unreachable") throw error;
        return [position, [await get(path, { headers })]];
      }
    }
  };
  return pop;
}
async function textOf({ body }) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (let text = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_CHARACTERS) {
      void reader.cancel();
      throw new TypeError("found more than a PoP's response");
    }
  }
}
function read(text) {
  try {
    return { ...JSON.parse(text) };
  } catch {
    throw unreachable("found no JSON object, expected a PoP's");
  }
}

// widget/model/waits.ts
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds * (0.5 + Math.random() / 2)));
}

// widget/overlay/overlay.css
var overlay_default = [
  "/* One card above the picture of a stream. */",
  "section {",
  "    position: fixed;",
  "    inset-inline: 5%;",
  "    inset-block-end: 5%;",
  "    padding: 16px 24px;",
  "    overflow-wrap: anywhere;",
  "    color: var(--skerry-text, #fff);",
  "    background: var(--skerry-surface, #101418e6);",
  "    border-radius: var(--skerry-round, 12px);",
  "    font: var(--skerry-size, 28px) / 1.4 var(--skerry-font, system-ui, sans-serif);",
  "}",
  "p,",
  "ul,",
  "ol {",
  "    margin: 0;",
  "}",
  '[part="question"],',
  '[part="approved"] {',
  "    font-size: 0.75em;",
  "}",
  '[part="text"] {',
  "    white-space: pre-line;",
  "}",
  '[part="tick"] {',
  "    color: var(--skerry-good, #6fd58c);",
  "    margin-inline-end: 0.35em;",
  "}",
  "a {",
  "    color: inherit;",
  "}",
  ""
].join("\n");

// widget/overlay/overlay.ts
var NOBODY = { session: "", consent: "" };
var SHOWN_MS = 1e4;
var POLL_MS = 1e4;
var start = (host, { locale, words: say, loadPart }) => {
  const read2 = (name) => host.getAttribute(name) ?? "";
  const url = new URL(read2("pop") || "../..", location.href).href;
  const pop = popAt(url, read2("island"), read2("key").split(/\s+/), NOBODY, verifierOf(loadPart));
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const root = host.shadowRoot;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(overlay_default);
  root.adoptedStyleSheets.push(sheet);
  let last = "";
  let isRunning = false;
  function paint(question, { answer, approved_by: by, approved_at: at }) {
    const tick = element("span", "tick", "✓");
    tick.ariaHidden = "true";
    const line = fill(say.approved, { who: shown(by), date: dates.format(Date.parse(at)) });
    const verified = element("div", "answer", ...markdown(answer), element("p", "approved", tick, line));
    const card = element("section", "overlay", words("p", "question", question), verified);
    card.lang = locale;
    card.role = "region";
    card.ariaLabel = say.title;
    root.querySelector("section")?.remove();
    root.append(card);
    setTimeout(() => card.remove(), SHOWN_MS);
  }
  async function look() {
    const { answers } = await pop.list(locale);
    const newest = answers.reduce((one, other) => approvedAt(other) >= approvedAt(one) ? other : one);
    const { snippet, question, signed } = newest;
    if (signed.document === last) return;
    paint(question, await pop.open(signed, snippet));
    last = signed.document;
  }
  async function run() {
    isRunning = true;
    while (host.isConnected) {
      await look().catch(() => void 0);
      await pause(POLL_MS);
    }
    isRunning = false;
  }
  const resume = () => {
    if (!isRunning) void run();
  };
  resume();
  return { show: resume, resume };
};
function approvedAt({ signed }) {
  return Date.parse(JSON.parse(signed.document).approved_at);
}
export {
  start
};
