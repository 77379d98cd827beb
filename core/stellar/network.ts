/**
 * The networks that a gateway can stand on, and what is known of each beforehand.
 * @module
 */

/** A value of `STELLAR_NETWORK`. */
export type NetworkName = "sandbox" | "testnet" | "public";

/** What a network's name stands for; the environment may override both. */
export interface NetworkDefaults {
  readonly passphrase: string;
  /** Horizon's address without a slash at its end; null where none is known beforehand (the sandbox serves its own). */
  readonly horizonUrl: string | null;
}

const TESTNET_PASSPHRASE = "Test SDF Network ; September 2015";

/** Defaults by network. The sandbox uses testnet's passphrase, which wallet SDKs expect of a test network (DESIGN §6). */
export const NETWORKS: Readonly<Record<NetworkName, NetworkDefaults>> = {
  sandbox: { passphrase: TESTNET_PASSPHRASE, horizonUrl: null },
  testnet: { passphrase: TESTNET_PASSPHRASE, horizonUrl: "https://horizon-testnet.stellar.org" },
  public: {
    passphrase: "Public Global Stellar Network ; September 2015",
    horizonUrl: "https://horizon.stellar.org",
  },
};
