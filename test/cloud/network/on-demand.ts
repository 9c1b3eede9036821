/** What is made when first asked for, by name, and ended together: also what is still being made at that moment. */
export class OnDemand<T extends AsyncDisposable> implements AsyncDisposable {
  readonly #made = new Map<string, Promise<T>>();
  #isOver = false;

  async get(name: string, make: () => Promise<T>): Promise<T> {
    if (this.#isOver) {
      throw new Error('The simulated network has been stopped.');
    }
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const made of await Promise.allSettled(this.#made.values())) {
      if (made.status === 'fulfilled') {
        await made.value[Symbol.asyncDispose]();
      }
    }
  }
}
