/**
 * STP (Mexico, SPEI direct): unsigned messages, our answer keeps the money or sends it back.
 * @module
 */
import { type Money, parseUnits } from "../money.ts";
import { type RailFit, statuses, UPPER_ALNUM } from "./fit.ts";

const mxn = (text: string): Money => ({ units: parseUnits(text) ?? 0n, currency: "MXN" });

const abono = {
  Clave: "2456303",
  FechaOperacion: "20260122",
  ClaveRastreo: "PRUEBATAMIZAJE1",
  Monto: "100.5",
  NombreOrdenante: "ANA SILVA",
  CuentaOrdenante: "072691004495711499",
  CuentaBeneficiario: "646180157000000004",
  ConceptoPago: "deposit",
};

/** The sketch. */
export const stp: RailFit = {
  name: "STP (SPEI)",
  declares: {
    currency: "MXN",
    countries: ["MEX"],
    methods: ["SPEI"],
    minUnit: 100_000n,
    deposit: {
      address: "per_customer",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "full", nameTrusted: false },
      reference: null,
      refund: "none",
    },
    payout: {
      finality: { kind: "returnable", returnableDays: 30 },
      // claveRastreo
      key: { alphabet: UPPER_ALNUM, length: 29 },
      fields: ["clabe_number"],
      payerField: "clabe_number",
      optionalFields: ["first_name", "last_name", "tax_id"],
      reference: { alphabet: `${UPPER_ALNUM} `, maxLength: 39 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 300, files: false },
    // On doubt the money is kept and refunded later.
    syncDecision: { deadlineMs: 5000, otherwise: "keep" },
    balance: "none",
  },
  calls: {
    "own CLABE of the range (prefix, customer, check digit)": "depositInstructions",
    "POST /ordenPago/consOrdenesFech (E, R)": "readStatement",
    "POST /ordenPago/consOrdenesFech (R)": "findInbound",
    "PUT /ordenPago/registra": "createPayout",
    "POST /ordenPago/consOrdEnvRastreo": "findPayout",
    "POST {webhook}/state": "readWebhook",
    "POST {webhook}/abono": "answerDecision",
  },
  inbound: statuses(["LIQUIDACION", "DEVOLUCION"], { LIQUIDACION: "booked", DEVOLUCION: "returned" }),
  payout: statuses(["registered", "LIQUIDACION", "DEVOLUCION", "CANCELACION"], {
    registered: { state: "accepted", final: false },
    LIQUIDACION: { state: "completed", final: false },
    DEVOLUCION: { state: "returned", final: true },
    CANCELACION: { state: "failed", final: true },
  }),
  webhook: { proof: "none", trust: "wake_up", events: { state: "payout", abono: "decision" } },
  examples: {
    inbound: {
      // A claveRastreo is unique within its day only.
      id: `${abono.ClaveRastreo}:${abono.FechaOperacion}`,
      state: "booked",
      gross: mxn(abono.Monto),
      fee: mxn("0"),
      net: mxn(abono.Monto),
      match: { instructionId: abono.CuentaBeneficiario, remittance: abono.ConceptoPago },
      payer: {
        name: abono.NombreOrdenante,
        nameTrusted: false,
        account: { value: abono.CuentaOrdenante, kind: "full", trusted: true },
      },
      revision: 1,
    },
    payout: {
      key: "K".repeat(29),
      id: "9349827",
      state: "failed",
      final: true,
      amount: mxn("12.00"),
      fee: mxn("0"),
      reason: { code: "account_closed", fields: ["clabe_number"], providerCode: "CANCELACION" },
      revision: 2,
    },
  },
};
