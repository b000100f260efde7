/**
 * Whether somebody reads in the list: it is scrolled to, pointed at, or walked with the keys. Rows
 * must not move under a finger that is about to choose one.
 */
export function isBeingRead(): boolean {
  const grid = document.getElementById('grid')
  if (grid === null) return false
  const isScrolled = grid.getBoundingClientRect().top < 0
  return isScrolled || grid.matches(':hover, :focus')
}
