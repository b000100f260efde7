import type { Action } from '../types.ts'

/** Actions in the order to apply them: orders of rows first, because views remember where rows stand. */
export function inApplyOrder<T extends Pick<Action, 'kind'>>(actions: readonly T[]): T[] {
  const rank = ({ kind }: T) => (kind === 'layout' ? 0 : 1)
  return [...actions].sort((a, b) => rank(a) - rank(b))
}
