/** Addresses of resolvers, as settings, /etc/resolv.conf and dns.getServers() write them. */
import { isIP } from 'node:net';

export interface DnsServerAddress {
  host: string;
  port: number;
  family: 4 | 6;
  /** As answers name it, e.g. `127.0.0.1:5353`. */
  label: string;
}

const DEFAULT_PORT = 53;

/**
 * Those of `others` that are not among `servers`: asking the same server again is no second opinion. All of them where
 * nothing else would remain.
 * @throws Error (a sentence) when one of them is no address.
 */
export function independentOf(
  servers: readonly DnsServerAddress[],
  others: readonly string[],
): readonly string[] {
  const labels = new Set(servers.map(({ label }) => label));
  const independent = others.filter((text) => !labels.has(parseServerAddress(text).label));
  return independent.length > 0 ? independent : others;
}

/**
 * Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`.
 * @throws Error (a sentence) when the text is none of these.
 */
export function parseServerAddress(text: string): DnsServerAddress {
  const bracketed = /^\[([^\]]{1,64})\](?::(\d{1,5}))?$/.exec(text);
  const withPort = /^([\d.]{7,15}):(\d{1,5})$/.exec(text);
  const host = bracketed?.[1] ?? withPort?.[1] ?? text;
  const port = Number(bracketed?.[2] ?? withPort?.[2] ?? DEFAULT_PORT);
  const family = isIP(host);
  if (family === 0 || port < 1 || port > 65535) {
    throw new Error(
      `The DNS server "${text.slice(0, 80)}" is not an address; write it as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53.`,
    );
  }
  return {
    host,
    port,
    family: family === 6 ? 6 : 4,
    label: family === 6 ? `[${host}]:${port}` : `${host}:${port}`,
  };
}
