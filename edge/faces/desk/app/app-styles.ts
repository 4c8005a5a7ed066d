import { css } from "lit"

export const appStyles = css`
    :host {
        display: flex;
        flex-direction: column;
        block-size: 100dvh;
        background: var(--ground);
    }
    .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.75rem;
        padding: 0.45rem 0.75rem;
        background: var(--surface);
        border-block-end: 1px solid var(--line);
    }
    .top h1 {
        font-size: 0.9375rem;
    }
    .views {
        display: flex;
        gap: 0.15rem;
        flex-wrap: wrap;
    }
    .views button {
        border-color: transparent;
        border-radius: 0;
        border-block-end: 3px solid transparent;
        background: none;
    }
    .views button[aria-current="page"] {
        border-block-end-color: var(--accent);
        font-weight: 600;
    }
    .who {
        max-inline-size: 16rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
    }
    .lost {
        padding: 0.4rem 0.75rem;
        border-block-end: 1px solid;
    }
    .said {
        min-inline-size: 0;
        font-size: 0.875rem;
        text-align: center;
    }
    .said:not(:empty) {
        padding: 0.1rem 0.75rem;
        background: var(--good-ground);
        color: var(--good);
        border: 1px solid var(--good);
        border-radius: var(--round);
    }
    main {
        flex: 1;
        min-block-size: 0;
        display: flex;
    }
    .side {
        display: flex;
        flex-direction: column;
        inline-size: clamp(20rem, 34vw, 30rem);
        min-block-size: 0;
        background: var(--surface);
        border-inline-end: 1px solid var(--line);
    }
    .ticket {
        flex: 1;
        min-inline-size: 0;
        min-block-size: 0;
        display: flex;
        flex-direction: column;
    }
    skerry-ticket {
        flex: 1;
    }
    skerry-drafts,
    skerry-board {
        flex: 1;
    }
    .back {
        padding: 0.4rem 0.75rem;
        border-block-end: 1px solid var(--line);
    }
    :host([dock]) .side {
        inline-size: 100%;
        border: 0;
    }
    :host([dock]) .said {
        order: 1;
        flex-basis: 100%;
    }
    :host([dock]) .said:empty {
        display: none;
    }
    :host([dock]) .who {
        display: none;
    }
    :host([dock]) .top h1 {
        position: absolute;
        clip-path: inset(50%);
    }
    :host([dock]) .top {
        gap: 0.2rem;
        padding: 0.2rem 0.3rem;
        justify-content: space-between;
    }
    :host([dock]) .views {
        gap: 0;
    }
    :host([dock]) .views button,
    :host([dock]) .top > button {
        padding: 0.15rem 0.3rem;
        font-size: var(--small);
    }
    /* A page at 400 % has room for three lines: then ticket and reply scroll as one. */
    @media (max-height: 480px) {
        .ticket {
            display: block;
            overflow: auto;
        }
        .side {
            overflow: auto;
        }
        skerry-lanes {
            flex: none;
        }
        skerry-queue {
            flex: none;
            block-size: 100%;
        }
        skerry-ticket {
            overflow: visible;
        }
    }
    dialog[open] {
        display: grid;
        gap: 0.8rem;
    }
    @media (forced-colors: active) {
        .views button[aria-current="page"] {
            border-block-end-color: Highlight;
        }
    }
`
