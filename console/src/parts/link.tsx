import type { ComponentChildren } from 'preact'
import { type Address, pathOf } from '../address.ts'
import { go } from '../router.ts'

interface LinkProps {
  readonly to: Address
  readonly class?: string
  readonly current?: boolean
  readonly children: ComponentChildren
}

/** A link within the console: an address that can be copied and opened in a new tab. */
export function Link({ to, current = false, children, ...rest }: LinkProps) {
  const onClick = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={pathOf(to)} aria-current={current ? 'page' : undefined} onClick={onClick} {...rest}>
      {children}
    </a>
  )
}
