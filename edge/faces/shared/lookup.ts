// Tables whose keys come from strangers.

/** The table's own entry; undefined for a name such as `constructor`, which every object inherits. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
    return Object.hasOwn(table, key) ? table[key] : undefined
}
