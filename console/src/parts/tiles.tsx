import type { ComponentChildren } from 'preact'
import { Bone } from './bone.tsx'

export interface Tile {
  readonly label: string
  /** Undefined while it is not known yet. */
  readonly value: string | undefined
  readonly note: ComponentChildren
}

/** The figures that prove the sentence above them. */
export function Tiles({ tiles, label }: { tiles: readonly Tile[]; label: string }) {
  return (
    <dl class="tiles" aria-label={label}>
      {tiles.map((tile) => (
        <div class="card" key={tile.label}>
          <dt>{tile.label}</dt>
          <dd>
            <b>{tile.value ?? <Bone width="5ch" />}</b>
            {tile.value === undefined ? <Bone width="12ch" /> : tile.note}
          </dd>
        </div>
      ))}
    </dl>
  )
}
