import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { isNarrow } from '../media.ts'
import { param, setParams } from '../router.ts'
import { unfinished } from './search-state.ts'
import {
  forgetSuggestions,
  REST_MILLISECONDS,
  type Suggestion,
  suggest,
  suggestions,
} from './suggestions.ts'

const LIST = 'suggestions'
const optionId = (index: number) => `suggestion-${index}`

/** What a suggestion is, beside its text. */
const KINDS: Readonly<Record<Suggestion['kind'], string>> = {
  query: '',
  category: 'category',
  brand: 'brand',
  product: 'product',
  attribute: 'attribute',
}

/**
 * The box a customer would type into: a combobox with completions. Results follow the typing; down
 * and up choose a completion, Enter takes it or ends the typing, Esc puts the list away.
 */
export function QueryBox() {
  const inAddress = param('q') ?? ''
  const text = useSignal(inAddress)
  const open = useSignal(false)
  const active = useSignal(-1)
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const sent = useRef(inAddress)
  useEffect(() => {
    // Another address than the typing made: back, a link, a suggestion.
    if (inAddress === sent.current) return
    sent.current = inAddress
    text.value = inAddress
  }, [inAddress])
  useEffect(
    () => () => {
      clearTimeout(resting.current)
      forgetSuggestions()
      unfinished.value = false
    },
    [],
  )
  const list = open.value ? suggestions.value : []
  const at = active.value < list.length ? active.value : -1
  const send = (query: string, typing: boolean): void => {
    clearTimeout(resting.current)
    sent.current = query
    unfinished.value = typing
    setParams({ q: query, result: null, panel: null })
  }
  const onInput = (next: string): void => {
    text.value = next
    active.value = -1
    open.value = true
    clearTimeout(resting.current)
    resting.current = setTimeout(() => {
      void suggest(next)
      send(next, true)
    }, REST_MILLISECONDS)
  }
  const close = (): void => {
    open.value = false
    active.value = -1
  }
  const take = ({ text: chosen, productId }: Suggestion): void => {
    close()
    forgetSuggestions()
    text.value = chosen
    send(chosen, false)
    if (productId !== null) setParams({ result: productId })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = list.length - 1
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open.value) {
        open.value = true
        void suggest(text.value)
        return
      }
      const step = event.key === 'ArrowDown' ? 1 : -1
      active.value = at + step < -1 ? last : at + step > last ? -1 : at + step
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const chosen = list[at]
      if (chosen !== undefined) take(chosen)
      else {
        close()
        send(text.value, false)
      }
    } else if (event.key === 'Escape' && open.value && list.length > 0) {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }
  return (
    <div class="query-box">
      <label>
        <span class="unseen">Search as a customer</span>
        <input
          id="find"
          type="text"
          role="combobox"
          enterkeyhint="search"
          aria-expanded={list.length > 0}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={at < 0 ? undefined : optionId(at)}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={1000}
          placeholder={isNarrow.value ? 'Search as a customer' : 'Search as a customer   /'}
          value={text.value}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
      </label>
      <div
        id={LIST}
        class="options"
        role="listbox"
        tabIndex={-1}
        aria-label="Suggestions"
        hidden={list.length === 0}
      >
        {list.map((one, i) => (
          <div
            key={`${one.kind} ${one.text}`}
            id={optionId(i)}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            // Before the blur, which closes the list.
            onPointerDown={(event) => {
              event.preventDefault()
              take(one)
            }}
          >
            <span>{one.text}</span>
            <small>{KINDS[one.kind]}</small>
          </div>
        ))}
      </div>
    </div>
  )
}
