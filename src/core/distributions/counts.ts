import type { Random } from '../random/random.ts'
import { normalQuantile } from './normal.ts'
import { betaI, gammaP, gammaQ, logGamma } from './special.ts'

/** P(N = k) of a Poisson with the given mean ≥ 0. */
export function poissonPmf(k: number, mean: number): number {
  if (k < 0) return 0
  if (mean === 0) return k === 0 ? 1 : 0
  return Math.exp(k * Math.log(mean) - mean - logGamma(k + 1))
}

/** P(N ≤ k) of a Poisson with the given mean. */
export function poissonCdf(k: number, mean: number): number {
  if (k < 0) return 0
  return mean === 0 ? 1 : gammaQ(Math.floor(k) + 1, mean)
}

/** Smallest k with P(N ≤ k) ≥ p. */
export function poissonQuantile(p: number, mean: number): number {
  return searchQuantile(p, mean, Math.sqrt(mean), (k) => poissonCdf(k, mean))
}

/**
 * Negative binomial by mean m > 0 and size r > 0 (variance m + m²/r), the Poisson mixed by a gamma
 * of shape r: P(N = k) = Γ(k+r)/(k! Γ(r)) (r/(r+m))^r (m/(r+m))^k.
 */
export function negativeBinomialPmf(k: number, mean: number, size: number): number {
  if (k < 0) return 0
  if (mean === 0) return k === 0 ? 1 : 0
  const logChoose = logGamma(k + size) - logGamma(k + 1) - logGamma(size)
  return Math.exp(
    logChoose + size * Math.log(size / (size + mean)) + k * Math.log(mean / (size + mean)),
  )
}

/** P(N ≤ k) of the negative binomial of negativeBinomialPmf. */
export function negativeBinomialCdf(k: number, mean: number, size: number): number {
  if (k < 0) return 0
  return mean === 0 ? 1 : betaI(size, Math.floor(k) + 1, size / (size + mean))
}

/** Smallest k with P(N ≤ k) ≥ p. */
export function negativeBinomialQuantile(p: number, mean: number, size: number): number {
  const sd = Math.sqrt(mean + (mean * mean) / size)
  return searchQuantile(p, mean, sd, (k) => negativeBinomialCdf(k, mean, size))
}

/** Smallest integer k ≥ 0 with cdf(k) ≥ p: a normal guess, then doubling steps and bisection. */
function searchQuantile(p: number, mean: number, sd: number, cdf: (k: number) => number): number {
  if (!(p > 0)) return 0
  if (p >= 1) return Infinity
  let high = Math.max(0, Math.floor(mean + sd * normalQuantile(p)))
  let step = Math.max(1, Math.floor(sd / 4))
  while (cdf(high) < p) {
    high += step
    step *= 2
  }
  let low = -1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (cdf(middle) >= p) high = middle
    else low = middle
  }
  return high
}

/** A Poisson draw: product of uniforms below 30, transformed rejection above (Hörmann 1993, PTRS). */
export function samplePoisson(random: Random, mean: number): number {
  if (mean <= 0) return 0
  if (mean < 30) {
    const limit = Math.exp(-mean)
    let product = random.next()
    let count = 0
    while (product > limit) {
      product *= random.next()
      count++
    }
    return count
  }
  return samplePoissonRejection(random, mean)
}

function samplePoissonRejection(random: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  const vr = 0.9277 - 3.6224 / (b - 2)
  for (;;) {
    const u = random.next() - 0.5
    const v = random.next()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= vr) return k
    if (k < 0 || (us < 0.013 && v > us)) continue
    const accepted = k * Math.log(mean) - mean - logGamma(k + 1)
    if (Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b) <= accepted) return k
  }
}

/** A gamma draw of the given shape and scale (Marsaglia & Tsang 2000). */
export function sampleGamma(random: Random, shape: number, scale: number): number {
  if (shape < 1) {
    const boost = Math.max(random.next(), Number.MIN_VALUE) ** (1 / shape)
    return sampleGamma(random, shape + 1, scale) * boost
  }
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = random.next()
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale
  }
}

/** A negative binomial draw by mean and size: a Poisson whose mean is gamma. */
export function sampleNegativeBinomial(random: Random, mean: number, size: number): number {
  return mean <= 0 ? 0 : samplePoisson(random, sampleGamma(random, size, mean / size))
}

/** P(X ≤ x) of a gamma with the given shape and scale. */
export function gammaCdf(x: number, shape: number, scale: number): number {
  return gammaP(shape, x / scale)
}
