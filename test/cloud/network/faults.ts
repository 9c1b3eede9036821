/** What can go wrong in the simulated network, and where. */
import type { Limits } from './fault-list.ts';

export type DnsFaultKind =
  | 'public'
  | 'classic'
  | 'nxdomain'
  | 'nodata'
  /** The address of another gateway of the VPC, or one that nobody has. */
  | 'wrongZone'
  | 'servfail'
  | 'silent';

export interface DnsFault extends Limits {
  readonly kind: DnsFaultKind;
  /** Id of the VPC whose resolver has it, `classic` or `public`; all when absent. */
  readonly side?: string;
  /** All when absent. */
  readonly name?: string;
  /** What `wrongZone` answers, if it matters. */
  readonly address?: string;
}

export type AddressFaultKind =
  | 'refused'
  | 'blackhole'
  /** Cut as soon as it is open. */
  | 'reset'
  /** The certificate of another name. */
  | 'wrongCertificate'
  /** A certificate of a CA that nobody knows. */
  | 'untrusted'
  /** Accepts and never answers. */
  | 'silent'
  /** Speaks no TLS. */
  | 'plain';

export interface AddressFault extends Limits {
  readonly kind: AddressFaultKind;
  /** Logical: an address, or a CIDR block of them. */
  readonly address: string;
  /** All when absent. */
  readonly port?: number;
  /** Id of the VPC that the caller is in, `classic` or `public`; all when absent. */
  readonly side?: string;
}

export interface DnsSubject {
  readonly side: string;
  readonly name: string;
}

export interface AddressSubject {
  readonly side: string;
  readonly address: string;
  readonly port: number;
}

/** Faults that happen once the connection is open. */
export type Treatment = Exclude<AddressFaultKind, 'refused' | 'blackhole'>;
