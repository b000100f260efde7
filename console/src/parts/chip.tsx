import type { ComponentChildren } from 'preact'

export type Tone = 'bad' | 'warn' | 'ok' | 'calm'

const SHAPES: Readonly<Record<Tone, string>> = { bad: '▲', warn: '◆', ok: '●', calm: '○' }

/** A few words on a coloured ground, with the shape of that colour. */
export function Chip({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`chip ${tone}`}>
      <i aria-hidden="true">{SHAPES[tone]}</i>
      {children}
    </span>
  )
}
