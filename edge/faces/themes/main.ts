// The page on which an author tries themes of the widget on her own island.
import { Controls } from "./controls.ts"
import { Copies } from "./copies.ts"
import { make } from "./make.ts"
import { MESSAGES as SAY } from "./messages.ts"
import { cssOf } from "./model/theme.ts"
import { Previews } from "./previews.ts"
import { Table } from "./table.ts"

const sheet = new CSSStyleSheet()
document.adoptedStyleSheets = [sheet]

const table = new Table()
const previews = new Previews(hosts => table.measure(hosts))
const copies = new Copies()
const controls = new Controls(theme => {
    const css = cssOf(theme)
    sheet.replaceSync(css)
    copies.show(css)
    previews.measure()
})

document.body.append(
    make(
        "main",
        {},
        make("h1", { textContent: SAY.title }),
        make("p", { textContent: SAY.lead }),
        controls.root,
        previews.root,
        table.root,
        copies.root,
    ),
)
controls.tell()
await previews.load(line => copies.showLine(line))
