/** A family of arms: its shape, and the words that stand beside the shape. */
export interface ArmFamily {
  readonly key: string
  readonly shape: string
  readonly label: string
}

const FAMILIES = {
  words: { key: 'words', shape: '●', label: 'words' },
  structure: { key: 'structure', shape: '■', label: 'structure' },
  memory: { key: 'memory', shape: '◆', label: 'memory' },
  vectors: { key: 'vectors', shape: '▲', label: 'vectors' },
  others: { key: 'others', shape: '○', label: 'others' },
} as const satisfies Record<string, ArmFamily>

/** What each arm is called where there is little room, and its family. */
const ARMS: Readonly<Record<string, readonly [label: string, family: keyof typeof FAMILIES]>> = {
  'text-sum': ['Words, unweighed', 'words'],
  'text-sum-prior': ['Words by field', 'words'],
  'text-combined': ['Words, unweighed together', 'words'],
  'text-combined-prior': ['Words together', 'words'],
  'text-all': ['All words', 'words'],
  'text-proximity': ['Words close by', 'words'],
  'text-fuzzy': ['Words misspelt', 'words'],
  structured: ['Structure', 'structure'],
  memory: ['Memory', 'memory'],
  expansion: ['Expansion', 'memory'],
  vectors: ['Vectors', 'vectors'],
  'vectors-personal': ['Vectors, personal', 'vectors'],
  related: ['What goes with it', 'structure'],
  popular: ['Popular', 'others'],
  recent: ['Recent', 'others'],
  exploring: ['Exploring', 'others'],
}

/** The family of an arm; of one that is not known here, the others. */
export function familyOf(arm: string): ArmFamily {
  return FAMILIES[ARMS[arm]?.[1] ?? 'others']
}

/** Whether a name is that of an arm known here. */
export function isArm(name: string): boolean {
  return name in ARMS
}

/** What an arm is called; its own name where it is not known here. */
export function armLabel(arm: string): string {
  return ARMS[arm]?.[0] ?? arm
}

/** Best rank of each family among the arms that brought a result, in the order of the families. */
export function familyRanks(
  arms: readonly { readonly arm: string; readonly rank: number }[],
): readonly { readonly family: ArmFamily; readonly rank: number }[] {
  const best = new Map<string, number>()
  for (const { arm, rank } of arms) {
    const { key } = familyOf(arm)
    best.set(key, Math.min(rank, best.get(key) ?? Number.POSITIVE_INFINITY))
  }
  return Object.values(FAMILIES).flatMap((family) => {
    const rank = best.get(family.key)
    return rank === undefined ? [] : [{ family, rank }]
  })
}
