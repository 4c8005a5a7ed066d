import { css } from "lit"

export const ticketStyles = css`
    :host {
        display: grid;
        gap: 0.9rem;
        align-content: start;
        padding: 0.9rem 1rem 1.5rem;
        overflow: auto;
        min-block-size: 0;
        grid-template-columns: minmax(0, 1fr);
    }
    section,
    header {
        display: grid;
        gap: 0.45rem;
        grid-template-columns: minmax(0, 1fr);
        max-inline-size: 56rem;
    }
    section > h2 {
        font-size: 0.8125rem;
        color: var(--quiet);
        font-weight: 600;
    }
    .question {
        font-size: 1.2rem;
        line-height: 1.4;
        font-weight: 600;
    }
    /* A question of many screens leaves room for the answers. */
    .question.long {
        max-block-size: 11rem;
        overflow: auto;
        font-size: 1rem;
    }
    .claim {
        margin-inline-start: auto;
        flex-wrap: nowrap;
    }
    .box,
    .turns li {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--round);
        padding: 0.5rem 0.75rem;
    }
    .turns {
        list-style: none;
        padding: 0;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.4rem;
    }
    .care {
        color: var(--late);
        background: var(--late-ground);
        border: 1px solid var(--late);
        border-radius: var(--round);
        padding: 0.5rem 0.75rem;
    }
    .care > h2 {
        color: inherit;
    }
    .gone {
        border: 1px solid var(--soon);
        border-radius: var(--round);
        color: var(--soon);
        background: var(--soon-ground);
        padding: 0.4rem 0.75rem;
    }
    .deadline {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
    }
    ol {
        margin: 0;
        padding-inline-start: 1.5rem;
    }
    dl {
        display: grid;
        grid-template-columns: fit-content(35%) minmax(0, 1fr);
        gap: 0.2rem 1rem;
        margin: 0;
        font-size: 0.875rem;
    }
    dt {
        color: var(--quiet);
        overflow-wrap: anywhere;
        min-inline-size: 0;
    }
    dd {
        margin: 0;
    }
    details {
        max-inline-size: 56rem;
        font-size: 0.875rem;
    }
    details > * {
        margin-block-start: 0.5rem;
    }
    summary {
        cursor: pointer;
        color: var(--quiet);
        margin-block-start: 0;
    }
    .empty {
        color: var(--quiet);
        padding: 2rem 0;
        max-inline-size: 34rem;
    }
`
