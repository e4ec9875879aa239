const LINES_PER_SECOND = 100

/** Passes lines of output on, but no more of them in a second than a log can bear. */
export class OutputLimit {
  readonly #onLine: (line: string) => void
  #secondBegan = 0
  #passed = 0
  #leftOut = 0

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  line(text: string): void {
    const now = performance.now()
    if (now - this.#secondBegan >= 1000) {
      this.end()
      this.#secondBegan = now
      this.#passed = 0
    }
    if (this.#passed >= LINES_PER_SECOND) {
      this.#leftOut += 1
      return
    }
    this.#passed += 1
    this.#onLine(text)
  }

  /** Says how many lines were left out, if any were. */
  end(): void {
    if (this.#leftOut > 0) this.#onLine(`… ${this.#leftOut} lines left out`)
    this.#leftOut = 0
  }
}
