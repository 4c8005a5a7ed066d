// widget/consent/standing.ts
var USUAL = ["transcript", "callback"];
function standing(purposes, inForce, missing, nowMs) {
  const ends = ({ purpose, version }) => {
    const same = inForce.filter((one) => one.purpose === purpose && one.version === version);
    return Math.max(0, ...same.map(({ expires }) => Date.parse(expires) || 0));
  };
  const given = purposes.filter((one) => ends(one) > nowMs);
  const allowed = given.flatMap(({ allows }) => allows);
  const asked = [];
  for (const purpose of purposes) {
    if (![...USUAL, ...missing].some((step) => purpose.allows.includes(step) && !allowed.includes(step))) continue;
    asked.push(purpose);
    allowed.push(...purpose.allows);
  }
  const rest = purposes.filter(({ allows }) => allows.some((step) => !allowed.includes(step)));
  return { given, asked, more: asked[0] ? [] : rest, until: Math.min(...given.map(ends)) };
}

// widget/consent/consent.css
var consent_default = [
  '[part="consent"] {',
  "    min-block-size: 4.5em;",
  "    max-block-size: 45%;",
  "    overflow: auto;",
  "    padding: 4px 12px;",
  "    border-inline-start: 4px solid var(--line);",
  "    font-size: 0.875em;",
  "}",
  '[part="consent"] [part="lead"] {',
  "    color: var(--quiet);",
  "}",
  '[part="consent"] :is(button, summary) {',
  "    min-block-size: 32px;",
  "    margin: 0;",
  "    border: 0;",
  "    padding: 0;",
  "    background: none;",
  "    text-decoration: underline;",
  "}",
  ""
].join("\n");

// widget/consent/consent.ts
var MAX_TIMER_MS = 2 ** 31 - 1;
var ASKED = "agrees";
var asGiven = ({ purpose, version, locale }) => ({ purpose, version, locale });
var start = ({ panel, pop, owner, keep }, found) => {
  const { say, field, tell, words, root, element, button } = panel;
  const { send: ask } = owner;
  const { send, island } = pop;
  const form = field.parentElement;
  const box = element("div", "consent");
  const dates = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" });
  const missing = [];
  let believed = [];
  let inForce = [];
  let now = standing([], [], [], 0);
  let timer = 0;
  let painted = "";
  async function believe(list) {
    const opened = list.map((one) => pop.open(one, one.purpose, "purpose", "text").catch(() => []));
    believed = (await Promise.all(opened)).flat();
    paint();
  }
  const sentence = ({ text, locale: lang }) => Object.assign(words("p", "sentence", text), { lang });
  function paint() {
    now = standing(believed, inForce, missing, Date.now());
    const { given, asked, more, until } = now;
    clearTimeout(timer);
    if (given[0]) timer = setTimeout(paint, Math.min(until - Date.now(), MAX_TIMER_MS));
    const next = JSON.stringify(now);
    if (next === painted) return;
    painted = next;
    const hadFocus = box.matches(":focus-within");
    box.replaceChildren();
    if (given[0]) {
      const lead = element("p", "lead", say.agreed.replace("{date}", dates.format(until)));
      box.append(lead, ...given.map(sentence), button("revoke", say.revoke, revoke));
    }
    if (asked[0]) {
      const above = element("div", "", element("p", "lead", say.agrees), ...asked.map(sentence));
      above.id = ASKED;
      box.append(above, button("without", say.without, without));
    }
    if (more[0]) {
      const rest = more.flatMap((one) => [sentence(one), button("agree", say.agree, () => void change({ gives: [asGiven(one)] }, "", say.unstored))]);
      box.append(element("details", "", element("summary", "", say.also), ...rest));
    }
    box.hidden = !box.firstChild;
    if (hadFocus) field.focus();
  }
  function without() {
    ask(field.value.trim());
    field.focus();
  }
  function take({ in_force: found2, token }) {
    inForce = found2.filter(Boolean);
    pop.consent = token ?? "";
    keep(pop.consent ? true : void 0);
    paint();
  }
  const end = () => take({ in_force: [] });
  async function renew(wanted = {}) {
    await pop.begin();
    const post = (token) => pop.post("/v1/consent", { island, ...wanted, token });
    const found2 = await post(pop.consent).catch((error) => {
      if (error.reason !== "token_invalid") throw error;
      return post("");
    });
    take(found2);
  }
  const look = () => renew().catch(({ family }) => {
    if (family === "refused") end();
  });
  async function change(wanted, done, failed) {
    try {
      await renew(wanted);
      tell(done);
    } catch (error) {
      const isOver = error.reason === "session_invalid";
      if (isOver) end();
      tell(isOver && done || failed);
    }
    field.focus();
  }
  const revoke = () => void change({ takes_back: [...new Set(inForce.map((one) => one.purpose))] }, say.revoked, say.unrevoked);
  async function agree(request, body) {
    try {
      const found2 = await send({ ...request, path: "/v1/fastpath" });
      take(found2.consent);
      if (now.asked[0] && !found2.consent.record) setTimeout(tell, 0, say.unstored);
      return found2;
    } catch (error) {
      const { family, reason = "", retryAfterS } = error;
      if (reason === "contradictory" || reason === "not_found") {
        const { purposes } = await pop.get(`/v1/islands/${island}/purposes?locale=${root.lang}`);
        await believe(purposes);
        field.value ||= body.text;
        tell(believed.length < purposes.length ? say.unbelieved : say.renewed);
        return null;
      }
      if (!reason.startsWith("island_")) {
        if (family !== "unreachable" && retryAfterS == null) void look();
        throw error;
      }
      body.gives = void 0;
      return send(request);
    }
  }
  pop.send = async (request) => {
    const body = request.body;
    if (!("consent" in body) && !request.path.startsWith("/v1/trees")) body.consent = pop.consent || void 0;
    try {
      if (body.gives) return await agree(request, body);
      const found2 = await send(request);
      const left = found2?.consent_missing ?? [];
      missing.push(...left);
      paint();
      if (left[0] && now.given[0]) await look();
      return found2;
    } catch (error) {
      if (error.reason === "session_invalid") {
        delete body.consent;
        end();
      }
      throw error;
    }
  };
  owner.send = (text) => {
    const gives = now.asked.map(asGiven);
    ask(text, gives[0] && gives);
  };
  const shadow = root.getRootNode();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(consent_default);
  shadow.adoptedStyleSheets.push(sheet);
  box.ariaLive = "polite";
  for (const one of [field, form.querySelector("[part=send]")]) one?.setAttribute("aria-describedby", ASKED);
  form.before(box);
  believe(found).catch(() => void 0);
  if (pop.consent) void look();
};
export {
  start
};
