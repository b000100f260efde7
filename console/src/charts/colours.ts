/** A colour of the design tokens as it is now, light or dark; `alpha` as two hex digits. */
export function token(name: string, alpha = ''): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  const full = value.length === 4 ? `#${[...value.slice(1)].map((c) => c + c).join('')}` : value
  return full + alpha
}
