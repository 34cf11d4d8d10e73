python3 - <<'END'
import base64, json
said = json.load(open("ket-ca.json", encoding="utf-8"))
signature = said.pop("signature")
key = json.load(open("khoa.json"))["keys"][signature["key_id"]]
plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
open("noi-dung", "wb").write(plain.encode())
open("chu-ky", "wb").write(base64.b64decode(signature["value"]))
open("khoa.pem", "w").write(f"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA{key}\n-----END PUBLIC KEY-----\n")
END
openssl pkeyutl -verify -pubin -inkey khoa.pem -rawin -in noi-dung -sigfile chu-ky
