// Waiting, sooner or later by chance, so that viewers who lost a PoP at once do not come back at once.

export function pause(milliseconds: number): Promise<void> {
    return new Promise(resolve => setTimeout(resolve, milliseconds * (0.5 + Math.random() / 2)))
}
