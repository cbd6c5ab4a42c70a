/** DNS records under construction: the healthy ones are laid first, then faults change them. */
import type { WorldRecord } from './types.ts';

export class ZoneDraft {
  readonly #byName = new Map<string, WorldRecord[]>();

  add(record: WorldRecord): void {
    const there = this.#byName.get(record.name) ?? [];
    const isNew = !there.some((one) => JSON.stringify(one) === JSON.stringify(record));
    if (isNew) this.#byName.set(record.name, [...there, record]);
  }

  txt(name: string, data: string): void {
    this.add({ name, type: 'TXT', data });
  }

  cname(name: string, data: string): void {
    this.add({ name, type: 'CNAME', data });
  }

  /** `host` is `''` for the null MX of RFC 7505. */
  mx(name: string, preference: number, host: string): void {
    this.add({ name, type: 'MX', preference, data: host });
  }

  a(name: string, data: string): void {
    this.add({ name, type: 'A', data });
  }

  /** Takes away the records of a name: of one type, or all. */
  remove(name: string, type?: WorldRecord['type']): void {
    const left = (this.#byName.get(name) ?? []).filter(
      (record) => type !== undefined && record.type !== type,
    );
    if (left.length > 0) this.#byName.set(name, left);
    else this.#byName.delete(name);
  }

  has(name: string, type: WorldRecord['type']): boolean {
    return this.#byName.get(name)?.some((record) => record.type === type) ?? false;
  }

  /** All records, ordered by name and then as they were added. */
  records(): WorldRecord[] {
    const names = [...this.#byName.keys()].sort();
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }
}
