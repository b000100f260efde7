import type { Random } from '../../core/random/random.ts'

/** Something that can be set, with the values worth trying. */
export interface Setting {
  readonly name: string
  readonly values: readonly string[]
}

/** Values by the name of their setting; what is absent stands as it is. */
export type Assignment = Readonly<Record<string, string>>

/** What is asked to be cheap: the CPU of all statements, or the time they take. */
export type Objective = 'cpu' | 'time'

/**
 * Settings of DuckDB that change how fast it answers and never what: sizes and thresholds of its
 * algorithms, what it keeps of Parquet files, how it gives memory back. Threads count where time is
 * the objective: more of them never cost less CPU.
 */
export function duckdbSettings(objective: Objective, cores: number): readonly Setting[] {
  const threads = { name: 'threads', values: powersUpTo(cores) }
  return [
    ...(objective === 'time' ? [threads] : []),
    { name: 'perfect_ht_threshold', values: ['8', '12', '16', '20', '24'] },
    { name: 'late_materialization_max_rows', values: ['0', '50', '1000', '10000'] },
    { name: 'nested_loop_join_threshold', values: ['0', '5', '50'] },
    { name: 'merge_join_threshold', values: ['100', '1000', '10000'] },
    { name: 'dynamic_or_filter_threshold', values: ['0', '50', '1000'] },
    { name: 'ordered_aggregate_threshold', values: ['65536', '262144', '1048576'] },
    { name: 'parquet_metadata_cache', values: ['false', 'true'] },
    { name: 'validate_external_file_cache', values: ['VALIDATE_ALL', 'VALIDATE_REMOTE'] },
    { name: 'allocator_flush_threshold', values: ['16MiB', '128MiB', '1GiB'] },
    { name: 'allocator_background_threads', values: ['false', 'true'] },
    { name: 'scheduler_process_partial', values: ['false', 'true'] },
  ]
}

function powersUpTo(cores: number): string[] {
  const counts: string[] = []
  for (let n = 1; n < cores; n *= 2) counts.push(String(n))
  return [...counts, String(cores)]
}

/**
 * Assignments to try: none first (what stands), each other value alone, then random combinations of
 * several. Same seed, same assignments.
 */
export function candidateAssignments(
  settings: readonly Setting[],
  standing: Assignment,
  count: number,
  random: Random,
): readonly Assignment[] {
  const candidates: Assignment[] = [{}]
  const singles = settings.flatMap(({ name, values }) =>
    values.filter((value) => value !== standing[name]).map((value) => ({ [name]: value })),
  )
  shuffle(singles, random)
  // Two thirds alone: most settings do nothing for a workload, and combinations hide which does.
  candidates.push(...singles.slice(0, Math.max(1, Math.floor((2 * count) / 3))))
  const seen = new Set(candidates.map((one) => JSON.stringify(one)))
  for (let tries = 0; candidates.length < count && tries < 10 * count; tries++) {
    const some: Record<string, string> = {}
    for (const { name, values } of settings) {
      if (random.next() < 2 / settings.length) some[name] = values[random.int(values.length)]!
    }
    const key = JSON.stringify(some)
    if (Object.keys(some).length === 0 || seen.has(key)) continue
    seen.add(key)
    candidates.push(some)
  }
  return candidates.slice(0, count)
}

function shuffle<T>(list: T[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = list[i]!
    list[i] = list[j]!
    list[j] = kept
  }
}
