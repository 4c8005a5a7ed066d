// <define:PARTS>
var define_PARTS_default = { chat: "tadJoqbUjaCko9HWoSgC1HvYwOaDPWSLtUMe4aB5OV8=", consent: "eKUr1BHsTwUMAE8ZC+x/Y2ajdRefiWI5fO9mHc5cq0Y=", overlay: "LtnjZwL69p0A70bEjxFPYnEO0J80vzw+2rbONUyoWHs=", verifier: "Ilei6EbEXeYLL7fObhqGbQJwi0E+F+xCB11M6gKx/Ck=", ar: "nOJtO1CxND7x5cLhJIPPQgsgT+lIHgsFGvvDZCd6PKQ=", de: "oAS8s3mCqNUzSThkQ/T8AOGFzVqz01uxaOj3hBf0qbs=", en: "ls70s6TlcTUiTzad3hEcGpDHofEJP0CZcMrbNdOi7nw=", es: "LkVr3ZrNKtkwuZ3qt5kofQBzzY5uzHCzJKqiOkKRZfw=", fr: "+EjyUEmFWlPZxetSLI/DMuAsmfo51uB54wSVr1ofY04=", he: "5tSzguc8ZmC65ZA7+iWo/rLQcdaznYgfqkuWHSBEmyY=", ja: "+Bpcj//xHNZtFaEhJMGN8xZI3R0aYJZ3OLJPVeG0qfA=", pt: "z9/rHBm42W0d11xnogaOzyWcQjNLU6vHFFAX1kStv54=" };

// widget/loader/labels.ts
var LABELS = {
  ar: "اطرح سؤالاً",
  de: "Frage stellen",
  en: "Ask a question",
  es: "Hacer una pregunta",
  fr: "Poser une question",
  he: "לשאול שאלה",
  ja: "質問する",
  pt: "Fazer uma pergunta"
};

// widget/loader/parts.ts
var failures = 0;
async function loadPart(name) {
  const hash = define_PARTS_default[name] ?? "";
  const href = new URL(`${name}-${hash.replace(/\W/g, "").slice(0, 12)}.js${failures ? `?${failures}` : ""}`, import.meta.url).href;
  await new Promise((loaded, failed) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.integrity = `sha256-${hash}`;
    link.crossOrigin = "";
    link.href = href;
    link.onload = () => loaded();
    link.onerror = () => {
      failures++;
      failed();
    };
    document.head.append(link);
  });
  return await import(href);
}

// widget/loader/button.css
var button_default = [
  "/* The button, and the host against the page's own styles: what is `!important` here wins over all rules of the page. */",
  ":host {",
  "    all: initial !important;",
  "    display: block !important;",
  "    font: inherit !important;",
  "    color-scheme: light dark !important;",
  "}",
  ':host([theme="light"]) {',
  "    color-scheme: light !important;",
  "}",
  ':host([theme="dark"]) {',
  "    color-scheme: dark !important;",
  "}",
  "/* Its font has no letter to show. To load another than the page's takes longer than all the rest. */",
  '[part="button"] {',
  "    font: inherit;",
  "    position: fixed;",
  "    inset-block-end: var(--skerry-offset, 16px);",
  "    inset-inline-end: var(--skerry-offset, 16px);",
  "    z-index: var(--skerry-layer, 2147483000);",
  "    inline-size: 56px;",
  "    block-size: 56px;",
  "    border: 2px solid transparent;",
  "    border-radius: 50%;",
  "    color: var(--skerry-on-accent, Canvas);",
  "    --fill: var(--skerry-accent, color-mix(in srgb, CanvasText 30%, #3b6fe0));",
  "    background: var(--fill);",
  "    box-shadow: 0 2px 10px #0006;",
  "    cursor: pointer;",
  "}",
  "/* A bubble. */",
  '[part="button"]::before {',
  '    content: "";',
  "    display: block;",
  "    margin: auto;",
  "    inline-size: 18px;",
  "    block-size: 18px;",
  "    border: 3px solid;",
  "    border-radius: 50%;",
  "    border-end-start-radius: 2px;",
  "}",
  '[part="button"]:focus-visible {',
  "    outline: 3px solid var(--fill);",
  "    outline-offset: 3px;",
  "}",
  '[part="button"][data-failed] {',
  "    border: 2px dashed;",
  "}",
  "@media (forced-colors: active) {",
  '    [part="button"] {',
  "        color: ButtonText;",
  "        border-color: ButtonBorder;",
  "    }",
  "}",
  ":host([hidden]),",
  "[hidden] {",
  "    display: none !important;",
  "}",
  ""
].join("\n");

// widget/loader/loader.ts
var OPEN = { inline: "chat", page: "chat", panel: "chat", overlay: "overlay" };
var SkerryChat = class extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) {
      this.chat?.then(
        (chat) => chat.resume(),
        () => void 0
      );
      return;
    }
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(button_default);
    root.adoptedStyleSheets = [sheet];
    const page = this.closest("[lang]")?.lang;
    const wanted = page ? [page] : navigator.languages;
    const locale = wanted.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one in LABELS) ?? "en";
    const part = OPEN[this.getAttribute("mode") ?? ""];
    if (part) {
      this.load(part, locale, null).catch(() => void 0);
      return;
    }
    const button = document.createElement("button");
    button.setAttribute("part", "button");
    button.lang = locale;
    button.ariaLabel = LABELS[locale] ?? "";
    button.ariaHasPopup = "dialog";
    button.onclick = () => {
      this.load("chat", locale, button).then(
        (chat) => {
          delete button.dataset["failed"];
          chat.show();
        },
        // The next press tries again. A page that shows no button has to be loaded again.
        () => button.dataset["failed"] = ""
      );
    };
    root.append(button);
  }
  load(part, locale, button) {
    this.chat ??= Promise.all([
      loadPart(part),
      loadPart(locale)
    ]).then(
      ([{ start }, words]) => start(this, { locale, words: words.default, button, loadPart }),
      (error) => {
        this.chat = void 0;
        throw error;
      }
    );
    return this.chat;
  }
};
if (!customElements.get("skerry-chat")) customElements.define("skerry-chat", SkerryChat);
