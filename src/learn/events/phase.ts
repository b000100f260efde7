/** Step within its short season, counted from step 0. */
export function phaseAt(step: number, season: number): number {
  return ((step % season) + season) % season
}
