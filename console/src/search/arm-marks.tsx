import type { SearchItem } from '../../../src/api/schemas/search.ts'
import { familyRanks } from './arm-words.ts'

/** Which kinds of arms brought a result, each with its best rank: ● words 1, ▲ vectors 7. */
export function ArmMarks({ arms }: Pick<SearchItem, 'arms'>) {
  const ranks = familyRanks(arms)
  if (ranks.length === 0) return <span class="dim">fills the page</span>
  return (
    <span class="arm-marks">
      {ranks.map(({ family, rank }) => (
        <span key={family.key} class="arm-mark">
          <i aria-hidden="true">{family.shape}</i>
          {family.label} <span class="rank">{rank}</span>
        </span>
      ))}
    </span>
  )
}
