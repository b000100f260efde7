import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'

/** A part of the console whose code is fetched when it is first shown; its place is kept meanwhile. */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const part = signal<ComponentType<Props> | undefined>(undefined)
  const failed = signal(false)
  const fetchPart = async (): Promise<void> => {
    try {
      part.value = await load()
      failed.value = false
    } catch {
      failed.value = true
    }
  }
  return function Lazily(props: Props) {
    useEffect(() => {
      if (part.peek() === undefined) void fetchPart()
    }, [])
    const Part = part.value
    if (Part !== undefined) return <Part {...props} />
    if (!failed.value) return <div style={{ minHeight: '70vh' }} aria-busy="true" />
    return (
      <section class="card state" role="alert">
        <p>This part of the console could not be fetched. Start the server again, then reload.</p>
        <button type="button" class="ghost" onClick={() => location.reload()}>
          Reload
        </button>
      </section>
    )
  }
}
