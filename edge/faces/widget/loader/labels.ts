// The name of the button, in each language: the only words that are needed before it is pressed.
export const LABELS: Readonly<Record<string, string>> = {
    ar: "اطرح سؤالاً",
    de: "Frage stellen",
    en: "Ask a question",
    es: "Hacer una pregunta",
    fr: "Poser une question",
    he: "לשאול שאלה",
    ja: "質問する",
    pt: "Fazer uma pergunta",
}
