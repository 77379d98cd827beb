/**
 * Descriptions of the lines that a payer is shown.
 * @module
 */

/** Language → key → text. */
export const texts = {
  en: {
    bank_name: "The bank to pay to (a sandbox: no real money moves)",
    account_number: "The account number to pay to",
    reference: "Write this reference in the transfer, so that the payment is found",
  },
  es: {
    bank_name: "El banco al que tienes que pagar (un entorno de prueba: no se mueve dinero real)",
    account_number: "El número de cuenta al que tienes que pagar",
    reference: "Escribe esta referencia en la transferencia para que encontremos el pago",
  },
  "pt-BR": {
    bank_name: "O banco para o qual pagar (ambiente de teste: nenhum dinheiro real é movimentado)",
    account_number: "O número da conta para a qual pagar",
    reference: "Escreva esta referência na transferência para que o pagamento seja encontrado",
  },
  fr: {
    bank_name: "La banque à laquelle payer (environnement de test : aucun argent réel ne circule)",
    account_number: "Le numéro de compte sur lequel payer",
    reference: "Indiquez cette référence sur le virement, afin que le paiement soit retrouvé",
  },
  de: {
    bank_name: "Die Bank, an die Sie zahlen (Testumgebung: es fließt kein echtes Geld)",
    account_number: "Die Kontonummer, auf die Sie zahlen",
    reference: "Geben Sie diesen Verwendungszweck bei der Überweisung an, damit die Zahlung zugeordnet wird",
  },
  ar: {
    bank_name: "البنك الذي يُدفع إليه (بيئة تجريبية: لا تُنقل أموال حقيقية)",
    account_number: "رقم الحساب الذي يُدفع إليه",
    reference: "يُرجى كتابة هذا المرجع في التحويل ليُعثر على الدفعة",
  },
  hi: {
    bank_name: "वह बैंक जिसे भुगतान करना है (परीक्षण परिवेश: कोई असली पैसा नहीं चलता)",
    account_number: "वह खाता संख्या जिस पर भुगतान करना है",
    reference: "ट्रांसफ़र में यह रेफ़रेंस लिखें, ताकि भुगतान मिल सके",
  },
  sw: {
    bank_name: "Benki ya kulipa (mazingira ya majaribio: hakuna pesa halisi zinazohamishwa)",
    account_number: "Nambari ya akaunti ya kulipa",
    reference: "Andika kumbukumbu hii ya malipo kwenye uhamisho ili malipo yapatikane",
  },
  fil: {
    bank_name: "Ang bangkong babayaran (sandbox ito: walang totoong perang gumagalaw)",
    account_number: "Ang account number na babayaran",
    reference: "Isulat ang reference na ito sa transfer para makita ang bayad",
  },
  id: {
    bank_name: "Bank tujuan pembayaran (lingkungan uji coba: tidak ada uang sungguhan yang berpindah)",
    account_number: "Nomor rekening tujuan pembayaran",
    reference: "Cantumkan referensi ini pada transfer agar pembayaran ditemukan",
  },
} as const;
