import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { isWide } from '../media.ts'

interface PanelProps {
  readonly title: string
  readonly id?: string | undefined
  /** Absent where the panel has nothing to close to. */
  readonly onClose: (() => void) | undefined
  /** Nothing was chosen: shown only where there is room beside the page. */
  readonly idle?: boolean
  /** It opens from nothing and covers nothing: below the page where there is no room beside it. */
  readonly inPlace?: boolean
  readonly children: ComponentChildren
}

/** The answer to "why?": beside the page where there is room, over it where there is not. */
export function SidePanel(props: PanelProps) {
  const { title, id, onClose, idle = false, inPlace = false, children } = props
  const panel = useRef<HTMLElement>(null)
  const over = !isWide.value && !idle && !inPlace
  useEffect(() => {
    if (!over) return
    const free = isolate(panel.current!)
    panel.current!.focus({ preventScroll: true })
    document.documentElement.style.overflow = 'hidden'
    return () => {
      free()
      document.documentElement.style.overflow = ''
      document.getElementById('grid')?.focus({ preventScroll: true })
    }
  }, [over])
  useEffect(() => {
    if (panel.current !== null) panel.current.scrollTop = 0
  }, [title, id])
  return (
    <>
      {over && onClose !== undefined ? (
        <button type="button" class="scrim" aria-label="Close" tabIndex={-1} onClick={onClose} />
      ) : null}
      <aside
        ref={panel}
        class={`card panel${idle ? ' idle' : ''}${inPlace ? ' in-place' : ''}`}
        aria-label={title}
        tabIndex={-1}
      >
        <header>
          <h2>
            {title} {id === undefined ? null : <span class="sku">{id}</span>}
          </h2>
          {onClose === undefined ? null : (
            <button type="button" class="plain" aria-label="Close panel (Esc)" onClick={onClose}>
              ×
            </button>
          )}
        </header>
        {children}
      </aside>
    </>
  )
}

/** Puts all but a panel, its scrim, messages and dialogs out of reach. Returns the way back. */
function isolate(panel: Element): () => void {
  const hidden: Element[] = []
  for (let at = panel; at.parentElement !== null && at.id !== 'app'; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      const stays = other === at || other.matches('.scrim, [role="status"], dialog, [inert]')
      if (!stays) hidden.push(other)
    }
  }
  for (const element of hidden) element.toggleAttribute('inert', true)
  return () => {
    for (const element of hidden) element.toggleAttribute('inert', false)
  }
}
