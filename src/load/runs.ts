/** Steps from … to. */
export interface StepRun {
  readonly from: number
  /** Not included. */
  readonly to: number
}

/** Stretches of steps at which `isMarked`; such less than `join` steps apart are one. */
export function runsOf(
  count: number,
  join: number,
  isMarked: (step: number) => boolean,
): readonly StepRun[] {
  const runs: { from: number; to: number }[] = []
  for (let t = 0; t < count; t++) {
    if (!isMarked(t)) continue
    const last = runs.at(-1)
    if (last !== undefined && t - last.to < join) last.to = t + 1
    else runs.push({ from: t, to: t + 1 })
  }
  return runs
}
