// Where somebody lives, without a format: streets in small letters, houses with names, postcodes after a word. PoPs mask
// the streets that are easier to see (`edge/safety/words.py`). Each pattern is linear in the text's length.

const PART = "[\\p{L}\\p{N}'’.-]{1,30}"
const START = "(?<![\\p{L}\\p{N}])"
const END = "(?![\\p{L}\\p{N}])"
const CODE = "[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}"

function pattern(text: string, flags = ""): RegExp {
    return new RegExp(text, `gu${flags}`)
}

const PATTERNS = [
    // Postcodes: British ones by their form, any after a word that says what comes.
    pattern(START + CODE + END),
    pattern(
        `(?<=${START}(?:post ?code|zip(?: code)?|postal code|plz|postleitzahl|code postal|código postal)(?: is| ist| est| es)?` +
            `[ :]{1,3})(?:${CODE}|\\d[\\d-]{3,9}(?: [A-Z]{2})?)${END}`,
        "i",
    ),
    pattern(`(?<=nach |in |, )\\d{5} \\p{Lu}[\\p{Ll}-]{2,30}${END}`),
    // A street with its number, in any letters.
    pattern(
        `(?<![\\p{L}\\p{N}.,])\\d{1,4}[a-z]? (?:(?!the |a |of |in |down |up |on |off |per |way )${PART} ){1,3}(?:street|st|road|rd|avenue` +
            `|ave|lane|way|drive|close|court|gardens|grove|row|mews|terrace|crescent)${END}`,
        "i",
    ),
    pattern(`${START}[\\p{L}-]{2,30}(?:straße|strasse|str\\.|allee|gasse|weg|platz|ring|damm|gracht) \\d{1,4}[a-z]?${END}`, "i"),
    pattern(`${START}(?:Am|An der|Auf dem|Im|In der|Unter den|Zum|Zur) \\p{Lu}[\\p{Ll}-]{2,30} \\d{1,4}[a-z]?${END}(?:, \\d{5} ${PART})?`),
    pattern(
        `(?<![\\p{L}\\p{N}.,])\\d{1,4}(?: bis| ter)?,? (?:rue|place|avenue|boulevard|allée|quai|chemin|impasse)(?: (?:des?|du|la|le|les))*` +
            ` \\p{Lu}[\\p{L}'’-]{1,30}(?:, \\d{5} ${PART})?`,
    ),
    pattern(`${START}(?:[Cc]alle|[Pp]laza|[Aa]venida|[Pp]aseo|[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso)(?: (?:de|la|del))*(?: \\p{Lu}[\\p{L}'’-]{1,30}){1,3},? \\d{1,4}${END}(?:, ${PART})?`),
    pattern(`${START}Postfach \\d{1,6}(?:, \\d{5} ${PART})?`),
    // Flats and houses with names.
    pattern(`${START}(?:[Ff]lat|[Aa]partment|[Aa]pt|[Uu]nit) \\d{1,4}[a-zA-Z]?,? (?:\\p{Lu}${PART}[ ,]{1,2}){0,4}\\p{Lu}${PART}(?: \\d[A-Z]{2}${END})?`),
]

/** What says that a place comes: it is one if it has a number, or is the name of a house. */
const SAID = pattern(
    `${START}(?:(?:address|(?:liefer|rechnungs)?adresse|anschrift|dirección|indirizzo)(?: is| ist| est| es| è| ?:)` +
        "|(?:i|we|he|she|they) lives? (?:in|at|on)|(?:i|we|he|she|they) moved to|house is (?:in|at|on)|we['’]?re at" +
        "|wohnen? (?:in|an)(?: der| dem)?|j['’]habite(?: au| à| en)?|vivo en(?: la)?|abito in)[ :]{1,3}",
    "i",
)
const REST = /[^\n?!;.]{3,80}/uy
const HOUSE = pattern(
    `${START}(?:house|cottage|court|mill|flat|tower|farm|lodge|manor|hill|building|barn|villa|residence|bakery|hall|halls|haus|hof)${END}`,
    "i",
)
const NO_PLACE = /^(?:wrong|not|missing|incorrect|still|falsch|nicht|where|how)(?!\p{L})|(?<!\p{L})(?:floor|étage|piso|piano)(?!\p{L})/iu
/** A year or a version is no house number. */
const NUMBER = /(?<!\d)\d{1,3}(?!\d)|\d{5}/u

/** Where places of persons are: begin and end, in UTF-16 units. They may overlap. */
export function placesIn(text: string): (readonly [number, number])[] {
    const found = PATTERNS.flatMap(one => [...text.matchAll(one)].map(match => span(match.index, match[0])))
    for (const said of text.matchAll(SAID)) {
        REST.lastIndex = said.index + said[0].length
        const rest = REST.exec(text)?.[0].trimEnd() ?? ""
        if (isPlace(rest)) found.push(span(said.index + said[0].length, rest))
    }
    return found
}

function span(start: number, text: string): readonly [number, number] {
    return [start, start + text.length]
}

function isPlace(words: string): boolean {
    if (NO_PLACE.test(words)) return false
    return NUMBER.test(words) || (words.search(HOUSE) >= 0 && /\p{Lu}/u.test(words))
}
