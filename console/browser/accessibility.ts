import type { Page } from 'playwright-core'

/**
 * Faults that a screen reader or weak eyes would meet: controls without a name, ids used twice,
 * missing landmarks, more or less than one h1, text whose contrast is below 4.5 (3 where large),
 * touch targets below 24 pixels. Runs in the page.
 */
export function checkAccessibility(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const shown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true })

    const nameOf = (element: Element): string => {
      const labelledBy = element.getAttribute('aria-labelledby')
      if (labelledBy !== null) return document.getElementById(labelledBy)?.textContent ?? ''
      const label = element.getAttribute('aria-label')
      if (label !== null) return label
      const labels = (element as HTMLInputElement).labels
      if (labels != null && labels.length > 0) return labels[0]!.textContent ?? ''
      return element.textContent ?? ''
    }
    for (const control of document.querySelectorAll(
      'button, a, input, select, aside, [tabindex]',
    )) {
      if (shown(control) && nameOf(control).trim() === '') {
        faults.push(`no name: ${control.outerHTML.slice(0, 80)}`)
      }
    }
    for (const landmark of ['main', 'nav[aria-label]', 'h1']) {
      const count = document.querySelectorAll(landmark).length
      if (count !== 1) faults.push(`${count} of ${landmark}`)
    }
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
    for (const id of ids)
      if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`)

    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 1
    const context = canvas.getContext('2d', { willReadFrequently: true })!
    const rgba = (colour: string): number[] => {
      context.clearRect(0, 0, 1, 1)
      context.fillStyle = colour
      context.fillRect(0, 0, 1, 1)
      return [...context.getImageData(0, 0, 1, 1).data]
    }
    const luminance = ([r, g, b]: number[]): number => {
      const linear = [r!, g!, b!].map((value) => {
        const c = value / 255
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!
    }
    const groundOf = (element: Element): number[] => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const ground = rgba(getComputedStyle(at).backgroundColor)
        if (ground[3]! > 250) return ground
      }
      return rgba('white')
    }
    for (const element of document.querySelectorAll('body *')) {
      const text = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '',
      )
      if (!text || !shown(element) || element.closest(':disabled, svg, .unseen') !== null) continue
      const style = getComputedStyle(element)
      const [low, high] = [luminance(rgba(style.color)), luminance(groundOf(element))].sort(
        (a, b) => a - b,
      )
      const ratio = (high! + 0.05) / (low! + 0.05)
      const needed = Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5
      if (ratio < needed) {
        faults.push(
          `contrast ${ratio.toFixed(2)}: ${element.className} “${element.textContent?.slice(0, 30)}”`,
        )
      }
    }
    if (matchMedia('(max-width: 760px)').matches) {
      for (const control of document.querySelectorAll('button, a.button, select')) {
        const { width, height } = control.getBoundingClientRect()
        if (shown(control) && (width < 24 || height < 24)) {
          faults.push(`small target ${width} × ${height}: ${control.textContent}`)
        }
      }
    }
    return [...new Set(faults)]
  })
}
