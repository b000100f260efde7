import { actor, setActor } from '../state.ts'

/** Who signs: kept for the next time. */
export function NameField() {
  return (
    <label class="name">
      <small>Your name</small>
      <input
        value={actor.value}
        maxLength={100}
        autocomplete="name"
        onChange={(event) => setActor(event.currentTarget.value.trim() || 'console')}
      />
    </label>
  )
}
