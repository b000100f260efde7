import type { Random } from '../../core/random/random.ts'

/** Points with weights to which places are spread: degrees north and east, weights ≥ 0. */
export interface WeightedPoints {
  readonly lat: Float64Array
  readonly lon: Float64Array
  readonly weight: Float64Array
}

const ROUNDS = 8

/** Points on the unit sphere: squared chords order as great circles do, and cost six operations. */
interface Sphere {
  readonly weight: Float64Array
  readonly xyz: Float64Array
}

/**
 * `count` places among the points, near where the weight is: seeds drawn by weight × distance² to
 * the nearest place so far (k-means++, Arthur & Vassilvitskii 2007), then eight rounds in which each
 * place moves to the point nearest the weighted centre of what lies nearest to it (Lloyd). Returns
 * indices of points, ascending, all different; fewer where fewer points have weight.
 */
export function spreadPlaces(points: WeightedPoints, count: number, random: Random): Int32Array {
  const sphere = sphereOf(points)
  let places = seedPlaces(sphere, count, random)
  for (let round = 0; round < ROUNDS; round++) places = movePlaces(sphere, places)
  return Int32Array.from(new Set(places)).sort()
}

function sphereOf({ lat, lon, weight }: WeightedPoints): Sphere {
  const xyz = new Float64Array(3 * lat.length)
  for (let i = 0; i < lat.length; i++) {
    const north = (lat[i]! * Math.PI) / 180
    const east = (lon[i]! * Math.PI) / 180
    xyz[3 * i] = Math.cos(north) * Math.cos(east)
    xyz[3 * i + 1] = Math.cos(north) * Math.sin(east)
    xyz[3 * i + 2] = Math.sin(north)
  }
  return { weight, xyz }
}

/** Squared chord from point i to a place in space. */
function chord({ xyz }: Sphere, i: number, x: number, y: number, z: number): number {
  return (xyz[3 * i]! - x) ** 2 + (xyz[3 * i + 1]! - y) ** 2 + (xyz[3 * i + 2]! - z) ** 2
}

function chordBetween(sphere: Sphere, i: number, j: number): number {
  const { xyz } = sphere
  return chord(sphere, i, xyz[3 * j]!, xyz[3 * j + 1]!, xyz[3 * j + 2]!)
}

function seedPlaces(sphere: Sphere, count: number, random: Random): number[] {
  const { weight } = sphere
  const nearest = new Float64Array(weight.length).fill(1)
  const places: number[] = []
  while (places.length < count) {
    const chosen = drawIndex(weight, nearest, random)
    if (chosen < 0) break
    for (let i = 0; i < weight.length; i++) {
      const squared = chordBetween(sphere, i, chosen)
      nearest[i] = places.length === 0 ? squared : Math.min(nearest[i]!, squared)
    }
    places.push(chosen)
  }
  return places
}

/** An index drawn by weight × squared distance; −1 where nothing is left to draw. */
function drawIndex(weight: Float64Array, squared: Float64Array, random: Random): number {
  let sum = 0
  for (let i = 0; i < weight.length; i++) sum += weight[i]! * squared[i]!
  let u = random.next() * sum
  let last = -1
  for (let i = 0; i < weight.length; i++) {
    const share = weight[i]! * squared[i]!
    if (share <= 0) continue
    last = i
    u -= share
    if (u < 0) break
  }
  return last
}

function movePlaces(sphere: Sphere, places: readonly number[]): number[] {
  const { weight, xyz } = sphere
  const of = Int32Array.from(weight, (_, i) => nearestPlace(sphere, i, places))
  const sums = new Float64Array(3 * places.length)
  of.forEach((place, i) => {
    for (let d = 0; d < 3; d++) sums[3 * place + d]! += weight[i]! * xyz[3 * i + d]!
  })
  const moved = places.slice()
  const best = new Float64Array(places.length).fill(Number.POSITIVE_INFINITY)
  of.forEach((place, i) => {
    const [x, y, z] = [sums[3 * place]!, sums[3 * place + 1]!, sums[3 * place + 2]!]
    const length = Math.hypot(x, y, z)
    if (weight[i]! <= 0 || length === 0) return
    const squared = chord(sphere, i, x / length, y / length, z / length)
    if (squared < best[place]!) {
      best[place] = squared
      moved[place] = i
    }
  })
  return moved
}

function nearestPlace(sphere: Sphere, i: number, places: readonly number[]): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let place = 0; place < places.length; place++) {
    const squared = chordBetween(sphere, i, places[place]!)
    if (squared < least) {
      least = squared
      best = place
    }
  }
  return best
}
