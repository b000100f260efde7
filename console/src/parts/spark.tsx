/** A line of a few numbers in a cell; the figures beside it say how much. */
export function Spark({ values }: { values: readonly number[] }) {
  const top = Math.max(1, ...values)
  const points = values.map((value, i) => `${i},${(1 - value / top).toFixed(3)}`).join(' ')
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${Math.max(1, values.length - 1)} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <polyline points={points} />
    </svg>
  )
}
