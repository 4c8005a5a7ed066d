// Styles that the elements of every page share. They read the custom properties of `tokens.css`.
import { css } from "lit"

export const controls = css`
    :host {
        color: var(--text);
        /* A viewer's word may be longer than the page is wide. */
        overflow-wrap: anywhere;
    }
    [hidden] {
        display: none !important;
    }
    * {
        box-sizing: border-box;
    }
    h1,
    h2,
    h3,
    p {
        margin: 0;
    }
    h2 {
        font-size: 1rem;
    }
    h3 {
        font-size: 0.875rem;
    }
    button,
    select,
    input,
    textarea {
        font: inherit;
        color: inherit;
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: var(--round);
    }
    button,
    select {
        min-block-size: 2rem;
        padding: 0.15rem 0.65rem;
        font-size: 0.875rem;
    }
    button {
        cursor: pointer;
    }
    button:hover {
        background: var(--raised);
    }
    button[disabled],
    button[aria-disabled="true"] {
        color: var(--quiet);
        border-style: dashed;
        cursor: not-allowed;
    }
    button.main:not([disabled], [aria-disabled="true"]) {
        color: var(--on-accent);
        background: var(--accent);
        border-color: var(--accent);
        font-weight: 600;
    }
    button.plain {
        border-color: transparent;
        background: none;
        color: var(--accent);
    }
    input,
    textarea {
        padding: 0.4rem 0.55rem;
        inline-size: 100%;
    }
    input[type="checkbox"] {
        inline-size: 1.1rem;
        block-size: 1.1rem;
        accent-color: var(--accent);
        margin: 0;
    }
    :focus-visible {
        outline: 3px solid var(--accent);
        outline-offset: 1px;
    }
    kbd {
        font: 600 0.75rem/1 var(--mono);
        border: 1px solid currentcolor;
        border-radius: 4px;
        padding: 0.1rem 0.3rem;
        margin-inline-start: 0.35rem;
        white-space: nowrap;
        display: inline-block;
    }
    /* Its button's words run from left to right, and the key follows them. */
    kbd:dir(rtl) {
        margin-inline: 0 0.35rem;
    }
    kbd.alone {
        margin: 0;
    }
    button.plain[disabled] {
        border-color: transparent;
        color: var(--quiet);
    }
    /* The page's own words may be of another direction than the page: each line is ordered by its first letter. */
    p,
    h1,
    h2,
    h3,
    dt,
    dd,
    label,
    button,
    .chip,
    .load,
    .lost,
    .said {
        unicode-bidi: plaintext;
    }
    p:dir(rtl),
    h1:dir(rtl),
    h2:dir(rtl),
    h3:dir(rtl),
    dt:dir(rtl),
    dd:dir(rtl),
    label:dir(rtl) {
        text-align: right;
    }
    .quiet {
        color: var(--quiet);
        font-size: var(--small);
    }
    .words {
        overflow-wrap: anywhere;
        white-space: pre-wrap;
        unicode-bidi: isolate;
    }
    .chip {
        display: inline-flex;
        align-items: center;
        font-size: var(--small);
        line-height: 1.3;
        border: 1px solid var(--line);
        border-radius: 999px;
        padding: 0.05rem 0.5rem;
        max-inline-size: 100%;
        overflow-wrap: anywhere;
    }
    .late {
        color: var(--late);
        background: var(--late-ground);
        border-color: var(--late);
    }
    .soon {
        color: var(--soon);
        background: var(--soon-ground);
        border-color: var(--soon);
    }
    .good {
        color: var(--good);
        background: var(--good-ground);
        border-color: var(--good);
    }
    .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem;
    }
    .bar > * {
        max-inline-size: 100%;
    }
    .grow {
        flex: 1;
    }
    .unseen {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
    }
    dialog {
        color: var(--text);
        background: var(--surface);
        border: 1px solid var(--edge);
        border-radius: 10px;
        padding: 1rem 1.25rem;
        inline-size: min(38rem, calc(100vw - 2rem));
        max-block-size: calc(100vh - 2rem);
        overflow: auto;
    }
    dialog::backdrop {
        background: rgb(0 0 0 / 45%);
    }
    label {
        font-size: 0.875rem;
    }
`
