/** A grey stand-in, so that nothing moves when the text arrives. */
export function Bone({ width }: { width: string }) {
  return <span class="bone" style={{ width }} aria-hidden="true" />
}
