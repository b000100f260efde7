import type { ComponentChildren } from 'preact'

interface KeptProps {
  /** A text as long as what will stand here: it is not shown, and takes its room in any font. */
  readonly like: string
  readonly children: ComponentChildren
}

/** Words that come later, and the room they will take: nothing moves when they arrive. */
export function Kept({ like, children }: KeptProps) {
  return (
    <span class="kept" data-like={like}>
      <span>{children}</span>
    </span>
  )
}
