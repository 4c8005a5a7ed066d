// widget/model/amounts.ts
var MINUTE_S = 60;
var HOUR_S = 3600;
var SECOND = [1, "second"];
var MINUTE = [MINUTE_S, "minute"];
var HOUR = [HOUR_S, "hour"];
function rounded(seconds) {
  const [size, unit] = seconds < MINUTE_S ? SECOND : seconds < 2 * HOUR_S ? MINUTE : HOUR;
  return [Math.ceil(seconds / size), unit];
}
function duration(seconds, locale) {
  const [amount, unit] = rounded(seconds);
  return amount.toLocaleString(locale, { style: "unit", unit, unitDisplay: "long" });
}
function ago(milliseconds, locale) {
  const [amount, unit] = rounded(Math.max(0, milliseconds / 1e3));
  return new Intl.RelativeTimeFormat(locale).format(-amount, unit);
}
function language(tag, locale) {
  return new Intl.DisplayNames(locale, { type: "language" }).of(tag);
}

// widget/model/kept.ts
function readKept(key) {
  try {
    const { session, tickets, consent = "" } = JSON.parse(String(sessionStorage.getItem(key)));
    return { session, consent, tickets: tickets.map(([ticket, token]) => [ticket, token]) };
  } catch {
    return { session: "", consent: "", tickets: [] };
  }
}
function writeKept(key, kept, isWanted) {
  try {
    if (isWanted) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  } catch {
  }
}

// widget/model/waits.ts
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds * (0.5 + Math.random() / 2)));
}

// shared/words.ts
var UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
var LINE = /\r\n|\r|\u2028|\u2029/g;
function shown(text) {
  return text.replace(LINE, "\n").replace(UNSEEN, "□");
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
function button(part, label, onPress) {
  const made = element("button", part, label);
  made.type = "button";
  made.onclick = onPress;
  return made;
}
function unticked(text) {
  return shown(text).replace(/[\u2611\u2705\u2713\u2714\u{1f5f8}\u{1f5f9}]/gu, "□");
}
function choice(label, onPress) {
  const made = button("choice", unticked(label), onPress);
  made.dir = "auto";
  return made;
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
var MAX_ENTRIES = 200;
var MAX_CHARACTERS = 2e3;
var GAP_PX = 12;
function makePanel(say, who, locale, canClose, owner) {
  const field = element("textarea", "field");
  const talk = element("div", "log");
  const note = element("p", "note");
  const head = element("header", "head", element("h2", "title", say.title));
  if (canClose) {
    const close = button("close", "×", owner.close);
    close.ariaLabel = say.close;
    head.append(close);
  }
  const first = element("p", "first", fill(say.automatic, { who: shown(who) }));
  talk.role = "log";
  talk.tabIndex = 0;
  note.role = "status";
  field.maxLength = MAX_CHARACTERS;
  field.dir = "auto";
  field.ariaLabel = field.placeholder = say.question;
  const send = () => owner.send(field.value.trim());
  field.onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const person = button("person", say.person, () => owner.person(field.value.trim()));
  const form = element("div", "form", field, button("send", say.send, send), person);
  const root = element("section", "panel", head, first, talk, note, form);
  root.lang = locale;
  root.dir = /ar|he/.test(locale) ? "rtl" : "ltr";
  root.role = canClose ? "dialog" : "region";
  root.ariaLabel = talk.ariaLabel = say.title;
  root.onkeydown = (event) => {
    if (event.key === "Escape") owner.close();
  };
  function reveal(node) {
    for (const box of [talk, root]) {
      const seen = box.getBoundingClientRect();
      const wanted = node.getBoundingClientRect();
      box.scrollTop += Math.min(wanted.top - seen.top, Math.max(0, wanted.bottom + GAP_PX - seen.bottom));
    }
  }
  function add(part, ...children) {
    const entry = element("div", `entry ${part}`, ...children);
    talk.append(entry);
    if (talk.childElementCount > MAX_ENTRIES) talk.firstElementChild?.remove();
    reveal(entry);
    return entry;
  }
  const panel = {
    say,
    root,
    field,
    words,
    element,
    button,
    add,
    tell(text, ...more) {
      const hadFocus = note.matches(":focus-within");
      note.replaceChildren(text, ...more);
      if (hadFocus) (more[0] ?? field).focus();
    },
    said(text) {
      add("said", element("p", "name", say.you), words("p", "text", text));
    },
    choices(lead, choices, at) {
      if (!choices[0]) return;
      const group = element("div", "choices", element("p", "lead", lead));
      group.role = "group";
      group.ariaLabel = lead;
      for (const [label, act] of choices) {
        const press = () => {
          group.remove();
          field.focus();
          panel.said(label);
          act();
        };
        group.append(choice(label, press));
      }
      if (at) at.append(group);
      reveal(at ? group : add("offer", group));
    }
  };
  return panel;
}
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
}

// widget/chat/answers.ts
var aside = (text) => element("p", "aside", text);
function answersIn(panel, pop, locale, acts) {
  const { say, field, add, said } = panel;
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  let list;
  let offered;
  function approved(answer, approval, isStale, ...more) {
    const { locale: given, approved_by: by, approved_at: at } = approval;
    const line = fill(say.approved, { who: shown(by), date: dates.format(Date.parse(at)) });
    const tick = element("span", "tick", "✓");
    tick.ariaHidden = "true";
    add(
      "answer",
      element("p", "name", say.answer),
      ...markdown(answer),
      ...given.split("-")[0] === locale ? [] : [aside(fill(say.language, { language: language(given, locale) }))],
      ...isStale ? [aside(say.stale)] : [],
      element("p", "approved", tick, line),
      ...more
    );
  }
  function rating(receipt) {
    const rate = element("p", "rating", `${say.helpful} `);
    const rates = (label, helpful) => button("rate", label, () => {
      rate.replaceChildren(say.thanks);
      field.focus();
      pop.post("/v1/feedback", { receipt, helpful }).catch(() => void 0);
    });
    rate.append(rates(say.yes, true), " ", rates(say.no, false));
    return rate;
  }
  const root = ({ tree, say: label }) => [label, () => acts.step(tree, {})];
  function offer(response, asked) {
    const { options = [], trees = [], none_of_these: canRefuse, ticket } = response;
    const pick = (label, snippet) => [label, () => acts.choose(response, snippet, asked)];
    const picks = options.map(({ snippet, question }) => {
      return canRefuse ? pick(question, snippet) : [question, () => acts.ask(question)];
    });
    const roots = trees.map(root);
    const all = response.show_first === "trees" ? [...roots, ...picks] : [...picks, ...roots];
    if (canRefuse && !ticket) all.push(pick(say.none, null));
    panel.choices(ticket ? say.waiting : say.pick, all);
  }
  function treeStep(response) {
    const { tree, token, asks, labels, can_go_back: canGoBack } = response;
    const entry = add("step", words("p", "text", response.say));
    if (asks) entry.append(valueForm(response));
    const choices = labels.map((label, choice2) => [label, () => acts.step(tree, { token, choice: choice2 })]);
    if (canGoBack) choices.push([say.back, () => acts.step(tree, { token, back: true })]);
    panel.choices(say.begin, choices, entry);
  }
  function valueForm({ tree, token, asks, is_wrong_value: isWrong }) {
    const { hint = "", name = "", personal } = asks ?? {};
    const input = element("input", "value");
    input.autocomplete = "off";
    input.dir = "auto";
    input.ariaLabel = hint || name;
    const send = () => {
      const { value } = input;
      if (!value) return;
      said(personal ? "•••" : value);
      form.remove();
      field.focus();
      acts.step(tree, { token, value });
    };
    input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.isComposing) send();
    };
    const form = element("div", "step-form", words("p", "aside", hint), input, button("send", say.send, send));
    if (isWrong) form.prepend(aside(say.wrong));
    return form;
  }
  function readings({ at, answers }) {
    if (offered?.isConnected) return;
    const fetched = fill(say.meanwhile, { ago: ago(Date.now() - Date.parse(at), locale) });
    const each = answers.map(({ snippet, question, signed }) => {
      const read2 = () => {
        said(question);
        pop.open(signed, snippet).then(
          (found) => approved(found.answer, found, true),
          () => add("failed", say.unbelieved)
        );
      };
      return choice(question, read2);
    });
    offered = add("offer", element("details", "list", element("summary", "", fetched), ...each));
  }
  return {
    show(response, asked) {
      const { answer, provenance, notice, receipt, more = [] } = response;
      const isStale = response.state === "stale";
      offered?.remove();
      if (notice) add("notice", words("p", "text", notice));
      if (answer && provenance) approved(answer, provenance, isStale, ...receipt ? [rating(receipt)] : []);
      for (const part of more) {
        add("asked", words("strong", "", part.question));
        approved(part.answer, part.provenance, isStale);
      }
      if (response.tree && response.token) treeStep(response);
      else offer(response, asked);
      if (response.outcome === "ignore") add("ignored", say.ignored);
    },
    roots(trees) {
      panel.choices(say.begin, trees.map(root));
    },
    prepare() {
      list = pop.list(locale);
      list.catch(() => void 0);
    },
    offline() {
      list?.then(readings).catch(() => void 0);
    }
  };
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

// widget/chat/pop.ts
var TIMEOUT_MS = 1e4;
var MAX_CHARACTERS2 = 1048576;
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
    if (text.length > MAX_CHARACTERS2) {
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

// widget/chat/tickets.ts
var SHORT_MS = 5e3;
var MIN_DELAY_MS = 500;
var MAX_DELAY_MS = 15e3;
function ticketsIn(panel, pop, locale, key) {
  const { say } = panel;
  const open = /* @__PURE__ */ new Map();
  const wait = (seconds) => fill(say.wait, { time: duration(seconds, locale) });
  function keep(isWanted = open.size > 0) {
    const tickets = [...open].map(([ticket, { token }]) => [ticket, token]);
    writeKept(key, { session: pop.session, consent: pop.consent, tickets }, isWanted);
  }
  function forget(ticket) {
    open.delete(ticket);
    keep();
  }
  function follow(ticket, token, text) {
    const state = element("p", "text", text);
    panel.add("ticket", state);
    open.set(ticket, { token, state, position: "", reply: "", isFollowed: false });
    keep();
    resume();
  }
  function resume() {
    for (const [ticket, one] of open) if (!one.isFollowed) void events(ticket, one);
  }
  async function events(ticket, one) {
    one.isFollowed = true;
    while (open.has(ticket) && panel.root.isConnected) {
      const began = performance.now();
      let delayMs = MAX_DELAY_MS;
      try {
        const [position, news] = await pop.news(ticket, one.token, one.position);
        for (const event of news) if (open.has(ticket)) tell(ticket, one, event);
        if (position !== one.position || performance.now() - began > SHORT_MS) delayMs = MIN_DELAY_MS;
        one.position = position;
      } catch (error) {
        if (error.family === "refused" && open.has(ticket)) {
          forget(ticket);
          one.state.textContent = say.unanswered;
        }
      }
      await pause(delayMs);
    }
    one.isFollowed = false;
  }
  function tell(ticket, one, { state, reply, wait_s: waitS }) {
    const told = {
      acknowledged: say.taken,
      resolved: say.resolved,
      dropped: say.dropped
    };
    if (reply && reply !== one.reply) {
      one.reply = reply;
      panel.add("reply", element("p", "name", say.reply), words("p", "text", reply));
    }
    const text = waitS ? `${say.sent} ${wait(waitS)}` : told[state ?? ""];
    if (text && text !== one.state.textContent) one.state.textContent = text;
    if (state === "resolved" || state === "dropped") forget(ticket);
  }
  function took({ ticket, ticket_token: token, reason, wait_s: waitS, queue_place: place }) {
    if (!ticket || !token) return;
    const text = [
      say.sent,
      reason === "surge" ? say.later : "",
      waitS === null ? "" : wait(waitS),
      place === null ? "" : fill(say.place, { place: place.toLocaleString(locale) })
    ];
    if (open.has(ticket)) panel.add("ticket", say.sent);
    else follow(ticket, token, text.filter(Boolean).join(" "));
  }
  return { took, follow, resume, forget, keep };
}

// widget/chat/panel.css
var panel_default = [
  "/* The panel. A page may set the custom properties that begin with `--skerry-`, and style each `part`. */",
  "/* The defaults follow the colour scheme, and so do all that are mixed from the system's colours. */",
  ":host {",
  "    --text: var(--skerry-text, CanvasText);",
  "    --quiet: var(--skerry-quiet, color-mix(in srgb, CanvasText 72%, Canvas));",
  "    --surface: var(--skerry-surface, Canvas);",
  "    --line: var(--skerry-line, color-mix(in srgb, CanvasText 22%, Canvas));",
  "    --edge: var(--skerry-edge, color-mix(in srgb, CanvasText 55%, Canvas));",
  "    --accent: var(--skerry-accent, color-mix(in srgb, CanvasText 30%, #3b6fe0));",
  "    --warn: var(--skerry-warn, color-mix(in srgb, CanvasText 35%, #e0491b));",
  "}",
  "* {",
  "    box-sizing: border-box;",
  "    margin: 0;",
  "}",
  "section {",
  "    display: flex;",
  "    flex-direction: column;",
  "    gap: 8px;",
  "    inline-size: 100%;",
  "    block-size: var(--skerry-height, 560px);",
  "    padding: var(--skerry-gap, 12px);",
  "    overflow: hidden;",
  "    overflow-wrap: anywhere;",
  "    color: var(--text);",
  "    background: var(--surface);",
  "    border: 1px solid var(--line);",
  "    border-radius: var(--skerry-round, 12px);",
  "    font: var(--skerry-size, 16px)/1.45 var(--skerry-font, system-ui, sans-serif);",
  "}",
  'section[role="dialog"] {',
  "    position: fixed;",
  "    z-index: var(--skerry-layer, 2147483000);",
  "    inset-block-end: var(--skerry-offset, 16px);",
  "    inset-inline-end: var(--skerry-offset, 16px);",
  "    inline-size: min(var(--skerry-width, 380px), 100% - 2 * var(--skerry-offset, 16px));",
  "    max-block-size: calc(100% - 2 * var(--skerry-offset, 16px));",
  "    box-shadow: 0 6px 30px #0005;",
  "}",
  ':host([mode="page"]) section,',
  ':host([mode="panel"]) section {',
  "    block-size: 100dvh;",
  "    border: 0;",
  "    border-radius: 0;",
  "}",
  ':host([mode="panel"]) section {',
  "    max-inline-size: 318px;",
  "}",
  "header {",
  "    align-items: center;",
  "}",
  "h2 {",
  "    font-size: 1.1em;",
  "}",
  '[part="first"],',
  '[part="name"],',
  '[part~="approved"],',
  '[part="aside"],',
  '[part="rating"] {',
  "    color: var(--quiet);",
  "    font-size: 0.875em;",
  "}",
  '[part="log"] {',
  "    flex: 1;",
  "    min-block-size: 6em;",
  "    overflow: auto;",
  "    padding: 4px;",
  "    display: flex;",
  "    flex-direction: column;",
  "    gap: 8px;",
  "}",
  '[part~="entry"] {',
  "    max-inline-size: 92%;",
  "    align-self: flex-start;",
  "    flex: none;",
  "    padding: 8px 12px;",
  "    border: 1px solid var(--line);",
  "    border-radius: var(--skerry-round, 12px);",
  "    background: var(--skerry-raised, color-mix(in srgb, CanvasText 6%, Canvas));",
  "}",
  '[part~="said"] {',
  "    align-self: flex-end;",
  "    background: var(--surface);",
  "    border-color: var(--edge);",
  "}",
  '[part~="reply"] {',
  "    border-inline-start: 4px solid var(--accent);",
  "}",
  '[part~="failed"],',
  '[part~="notice"],',
  '[part="note"] {',
  "    color: var(--warn);",
  "    border-color: currentcolor;",
  "}",
  '[part~="offer"] {',
  "    background: none;",
  "    border: 0;",
  "    padding: 0;",
  "}",
  '[part="text"] {',
  "    white-space: pre-line;",
  "}",
  '[part="text"] + [part="text"] {',
  "    margin-block-start: 0.6em;",
  "}",
  "ul,",
  "ol {",
  "    padding-inline-start: 1.4em;",
  "}",
  '[part="tick"] {',
  "    color: var(--skerry-good, color-mix(in srgb, CanvasText 35%, #1a9f40));",
  "    font-weight: 700;",
  "    margin-inline-end: 0.35em;",
  "}",
  "a {",
  "    color: var(--accent);",
  "}",
  "header,",
  '[part="choices"],',
  '[part="form"] {',
  "    display: flex;",
  "    flex-wrap: wrap;",
  "    gap: 8px;",
  "}",
  '[part="lead"],',
  '[part="person"] {',
  "    inline-size: 100%;",
  "}",
  "h2,",
  '[part="field"] {',
  "    flex: 1;",
  "}",
  "details > * {",
  "    margin-block-end: 8px;",
  "}",
  "button,",
  "textarea,",
  "input {",
  "    font: inherit;",
  "    color: var(--text);",
  "    background: var(--surface);",
  "    border: 1px solid var(--edge);",
  "    border-radius: var(--skerry-round-button, 8px);",
  "    padding: 6px 12px;",
  "}",
  "textarea,",
  "input {",
  "    inline-size: 100%;",
  "    min-inline-size: 0;",
  "    resize: none;",
  "}",
  "::placeholder {",
  "    color: var(--quiet);",
  "    opacity: 1;",
  "}",
  "button,",
  "summary {",
  "    min-block-size: 44px;",
  "    min-inline-size: 44px;",
  "    cursor: pointer;",
  "}",
  '[part="send"] {',
  "    color: var(--skerry-on-accent, Canvas);",
  "    background: var(--accent);",
  "    border-color: var(--accent);",
  "    font-weight: 600;",
  "}",
  ":focus-visible {",
  "    outline: 3px solid var(--accent);",
  "    outline-offset: 1px;",
  "}",
  "@media (forced-colors: active) {",
  '    [part="send"] {',
  "        color: ButtonText;",
  "    }",
  "}",
  "@media (max-height: 420px) {",
  "    section {",
  "        overflow: auto;",
  "    }",
  '    [part="log"] {',
  "        flex: none;",
  "        overflow: visible;",
  "    }",
  "}",
  "@media (max-width: 400px) {",
  '    section[role="dialog"] {',
  "        inset: 0;",
  "        inline-size: 100%;",
  "        block-size: 100%;",
  "        max-block-size: none;",
  "        border-radius: 0;",
  "    }",
  "}",
  ""
].join("\n");

// widget/chat/chat.ts
var FIRST_DELAY_MS = 1e3;
var MAX_DELAY_MS2 = 3e4;
var MAX_QUIET_S = 5;
var ignore = () => void 0;
var start = (host, setting) => {
  const { words: words2, locale, button: opener } = setting;
  const read2 = (name2) => host.getAttribute(name2) ?? "";
  const island = read2("island");
  const key = `skerry-chat ${island} ${read2("pop")}`;
  const kept = readKept(key);
  const verify = verifierOf(setting.loadPart);
  let asked = "";
  let last = Promise.resolve();
  const name = read2("name") || island.split("/")[0];
  const owner = {
    send: (text, gives) => put(text, text, "answer", gives),
    person: (text) => put(text || asked, `${text || asked}
(${words2.person})`, "person"),
    close: () => set(false)
  };
  const panel = makePanel(words2, name, locale, opener !== null, owner);
  const pop = popAt(read2("pop"), island, read2("key").split(/\s+/), kept, verify);
  const tickets = ticketsIn(panel, pop, locale, key);
  const answers = answersIn(panel, pop, locale, { choose, step, ask });
  const { root, field, tell } = panel;
  const shadow = host.shadowRoot;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(panel_default);
  shadow.adoptedStyleSheets.push(sheet);
  shadow.append(root);
  for (const [ticket, token] of kept.tickets) tickets.follow(ticket, token, words2.restored);
  pop.get(`/v1/trees/${island}`).then(({ trees }) => answers.roots(trees)).catch(ignore);
  pop.get(`/v1/islands/${island}/purposes?locale=${locale}`).then(async ({ purposes }) => {
    if (purposes[0]) (await setting.loadPart("consent")).start({ panel, pop, owner, keep: tickets.keep }, purposes);
  }).catch(ignore);
  const prepare = () => {
    pop.begin().finally(answers.prepare).catch(ignore);
    verify(new Uint8Array(32), new Uint8Array(64), new Uint8Array()).catch(ignore);
  };
  field.addEventListener("focus", prepare, { once: true });
  function set(isOpen) {
    if (!opener) return;
    root.hidden = !isOpen;
    opener.hidden = isOpen;
    if (isOpen) field.focus();
    else opener.focus();
  }
  function put(text, said, want, gives) {
    if (text) {
      panel.said(said);
      ask(text, want, gives);
    } else {
      tell(words2.write);
      field.focus();
    }
  }
  function ask(text, want = "answer", gives) {
    asked = text;
    field.value = "";
    request("/v1/ask", { island, text, want, gives }, text);
  }
  function choose({ receipt, ticket }, snippet, question) {
    request("/v1/choice", { receipt, snippet, text: question }, question, (taken) => {
      if (taken.reason !== "solved_waiting" || !ticket) return;
      tickets.forget(ticket);
      tell(words2.solved);
    });
  }
  function step(tree, step2) {
    request(`/v1/trees/${island}/${encodeURIComponent(tree)}`, step2, "");
  }
  function request(path, body, question, then = ignore) {
    const request2 = { path, body: { ...body, channel: "widget", locale }, key: crypto.randomUUID() };
    const take = (found) => {
      if (!found) return;
      tell("");
      answers.show(found, question);
      tickets.took(found);
      then(found);
    };
    last = last.then(() => deliver(request2)).then(take).catch(() => fail(words2.unbelieved));
  }
  async function deliver(request2) {
    let isRenewed = false;
    for (let failures = 0; ; ) {
      try {
        return await pop.send(request2);
      } catch (error) {
        const { family, reason, retryAfterS } = error;
        if (reason === "session_invalid" && !isRenewed) {
          isRenewed = true;
          pop.session = "";
        } else if (family !== "unreachable") {
          const isOfPop = retryAfterS != null;
          const limited = fill(words2.limited, { time: duration(retryAfterS || 1, locale) });
          fail(family === "limited" ? limited : isOfPop ? words2.unanswered : words2.unbelieved);
          return null;
        } else {
          await connection(failures++, retryAfterS ?? 0);
        }
      }
    }
  }
  function fail(text) {
    tell("");
    panel.add("failed", text);
  }
  async function connection(failures, retryAfterS) {
    const later = pause(Math.max(Math.min(MAX_DELAY_MS2, FIRST_DELAY_MS * 2 ** failures), retryAfterS * 2e3));
    if (!failures && retryAfterS && retryAfterS <= MAX_QUIET_S) return later;
    const pressed = new Promise((resolve) => {
      tell(`${words2.unheard} `, button("again", words2.again, () => resolve(null)));
      addEventListener("online", resolve, { once: true });
    });
    answers.offline();
    await Promise.race([pressed, later]);
  }
  return { show: () => set(true), resume: tickets.resume };
};
export {
  start
};
