import { CopyCommand } from '../parts/states.tsx'

interface NothingYetProps {
  readonly words: string
  /** What to run next; undefined: nothing is known of the store yet. */
  readonly command: string | undefined
}

/** An empty list: why it is empty, and the command that fills it. */
export function NothingYet({ words, command }: NothingYetProps) {
  if (command === undefined) return <p class="dim"> </p>
  return (
    <div class="nothing-yet">
      <p class="dim">{words}</p>
      <CopyCommand command={command} />
    </div>
  )
}
