/** A resolver in the form mailauth takes (that of node:dns), over the same zone table as the others. */
import { normalName, zoneLookup, type Zone, type ZoneTxt, type ZoneType } from './zone.ts';

export interface MailauthResolver {
  (name: string, type: string): Promise<unknown[]>;
  queries: string[];
}

const MAX_HOPS = 10;

export function mailauthResolver(zone: Zone): MailauthResolver {
  const lookup = zoneLookup(zone);
  const queries: string[] = [];

  function resolve(asked: string, type: string): unknown[] {
    let name = normalName(asked);
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const step = lookup(name, type as ZoneType);
      if (step.kind === 'records') return step.records.map((record) => nodeForm(type, record));
      if (step.kind === 'nxdomain') throw failure('ENOTFOUND', name);
      if (step.kind === 'nodata') throw failure('ENODATA', name);
      if (step.kind === 'failure') throw failure(NODE_CODES[step.because], name);
      name = normalName(step.target);
    }
    throw failure('ESERVFAIL', asked);
  }

  const resolver = (name: string, type: string): Promise<unknown[]> => {
    queries.push(`${type} ${normalName(name)}`);
    return new Promise((done) => done(resolve(name, type)));
  };
  return Object.assign(resolver, { queries });
}

const NODE_CODES = { SERVFAIL: 'ESERVFAIL', REFUSED: 'EREFUSED', TIMEOUT: 'ETIMEOUT' } as const;

function failure(code: string, name: string): Error {
  return Object.assign(new Error(`query${code} ${name}`), { code });
}

function nodeForm(type: string, record: unknown): unknown {
  if (type === 'TXT') {
    const txt = record as ZoneTxt;
    return Array.isArray(txt) ? txt : [txt.toString()];
  }
  if (type === 'MX') {
    const [priority, exchange] = record as [number, string];
    return { priority, exchange };
  }
  return record;
}
