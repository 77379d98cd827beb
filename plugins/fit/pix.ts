/**
 * Pix: the central bank's API (v2.9.0) for what comes in and goes back, Efí's dialect for payouts and balance.
 * @module
 */
import { type Money, parseUnits } from "../money.ts";
import { ALNUM, NO_ACCOUNT, type RailFit, statuses } from "./fit.ts";

const brl = (text: string): Money => ({ units: parseUnits(text) ?? 0n, currency: "BRL" });

/** `GET /pix/{e2eid}`; `gnExtras` is Efí's. */
const received = {
  endToEndId: "E12345678202601221221abcdef12345",
  txid: "7f9a2c4b8e1d3f5a7b9c1d2e3f4a5b6c",
  valor: "110.00",
  horario: "2026-01-22T12:21:00Z",
  infoPagador: "rent",
  gnExtras: { pagador: { nome: "ANA SILVA", cpf: "39053344705" }, tarifa: "0.55" },
  devolucoes: [{ id: "r1", natureza: "MED_FRAUDE", status: "DEVOLVIDO", valor: "110.00" }],
};

/** `GET /v2/gn/pix/enviados/id-envio/{idEnvio}` */
const sent = { idEnvio: "k".repeat(26), endToEndId: "E9", valor: "42.10", status: "REALIZADO" };

/** The sketch. A refund is looked up under its payment, hence `refundOf` of `findPayout`. */
export const pix: RailFit = {
  name: "Pix (BACEN, Efí)",
  declares: {
    currency: "BRL",
    countries: ["BRA"],
    methods: ["PIX"],
    minUnit: 100_000n,
    deposit: {
      address: "per_transaction",
      amount: "exact",
      expires: true,
      payerFilter: false,
      // The standard tells no account of the payer; Efí adds name and tax id.
      payer: { account: "none", nameTrusted: true },
      reference: null,
      refund: "partial",
    },
    payout: {
      finality: { kind: "final" },
      key: { alphabet: ALNUM, length: 35 },
      fields: ["bank_account_number"],
      optionalFields: ["bank_name", "bank_number", "bank_branch_number", "bank_account_type", "tax_id"],
      reference: { alphabet: `${ALNUM} `, maxLength: 140 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "now",
  },
  calls: {
    "PUT /webhook/{chave}": "prepare",
    "PUT /cob/{txid}": "depositInstructions",
    "PATCH /cob/{txid} REMOVIDA_PELO_USUARIO_RECEBEDOR": "cancelInstructions",
    "GET /pix?inicio&fim": "readStatement",
    "GET /v2/gn/pix/enviados": "readStatement",
    "GET /pix/{e2eid}": "findInbound",
    "PUT /pix/{e2eid}/devolucao/{id}": "refundInbound",
    "GET /pix/{e2eid}/devolucao/{id}": "findPayout",
    "PUT /v3/gn/pix/{idEnvio}": "createPayout",
    "GET /v2/gn/pix/enviados/id-envio/{idEnvio}": "findPayout",
    "GET /v2/gn/saldo": "readBalance",
    "POST {webhook}/pix": "readWebhook",
  },
  // A Pix that is listed is booked; what changes it are its `devolucoes`, told by natureza and status.
  inbound: statuses([
    "listed",
    "ORIGINAL/EM_PROCESSAMENTO",
    "ORIGINAL/DEVOLVIDO",
    "ORIGINAL/NAO_REALIZADO",
    "RETIRADA/DEVOLVIDO",
    "MED_OPERACIONAL/DEVOLVIDO",
    "MED_FRAUDE/DEVOLVIDO",
    "MED_PIX_AUTOMATICO/DEVOLVIDO",
  ], {
    "listed": "booked",
    "ORIGINAL/EM_PROCESSAMENTO": "booked",
    "ORIGINAL/DEVOLVIDO": "returned",
    "ORIGINAL/NAO_REALIZADO": "booked",
    "RETIRADA/DEVOLVIDO": "returned",
    "MED_OPERACIONAL/DEVOLVIDO": "reversed",
    "MED_FRAUDE/DEVOLVIDO": "reversed",
    "MED_PIX_AUTOMATICO/DEVOLVIDO": "reversed",
  }),
  payout: statuses(["EM_PROCESSAMENTO", "REALIZADO", "NAO_REALIZADO", "DEVOLVIDO"], {
    EM_PROCESSAMENTO: { state: "accepted", final: false },
    REALIZADO: { state: "completed", final: true },
    NAO_REALIZADO: { state: "failed", final: true },
    // A refund of ours that arrived.
    DEVOLVIDO: { state: "completed", final: true },
  }),
  webhook: { proof: "none", trust: "wake_up", events: { "pix": "inbound", "pix SOLICITACAO": "payout" } },
  examples: {
    inbound: {
      id: received.endToEndId,
      state: "reversed",
      gross: brl(received.valor),
      fee: brl(received.gnExtras.tarifa),
      net: brl("109.45"),
      bookedAt: Date.parse(received.horario) / 1000,
      match: { instructionId: received.txid, remittance: received.infoPagador },
      payer: {
        name: received.gnExtras.pagador.nome,
        nameTrusted: true,
        identity: received.gnExtras.pagador.cpf,
        account: NO_ACCOUNT,
      },
      reversal: { kind: "fraud", providerCode: "MED_FRAUDE" },
      // One Pix and each of its devoluções, each moved once or twice.
      revision: 1 + 2 * received.devolucoes.length,
    },
    payout: {
      key: sent.idEnvio,
      id: sent.endToEndId,
      state: "completed",
      final: true,
      amount: brl(sent.valor),
      fee: brl("0"),
      bankReference: sent.endToEndId,
      revision: 2,
    },
  },
};
