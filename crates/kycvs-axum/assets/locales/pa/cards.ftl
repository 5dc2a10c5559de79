# What a person takes home
cards-title = ਤੁਹਾਡਾ ਟੀਕਾਕਰਨ ਰਿਕਾਰਡ
cards-hint = ਆਪਣੀਆਂ ਦਰਜ ਖ਼ੁਰਾਕਾਂ ਦੀ ਨਕਲ ਨਾਲ ਰੱਖੋ। ਇਹ ਸਿਰਫ਼ ਤੁਹਾਨੂੰ ਮਿਲਦੀ ਹੈ; ਜੋ ਤੁਹਾਡੀ ਸਥਿਤੀ ਪੁੱਛਦੇ ਹਨ ਉਹ ਇਸ ਨੂੰ ਕਦੇ ਨਹੀਂ ਦੇਖਦੇ।
cards-keep = ਨਕਲ ਰੱਖੋ
cards-file = ਫ਼ਾਈਲ ਵਜੋਂ ਸੰਭਾਲੋ
cards-none = ਕੋਈ ਕਾਰਡ ਤੁਹਾਡਾ ਰਿਕਾਰਡ ਨਹੀਂ ਦਿਖਾ ਸਕਦਾ। ਕਾਗਜ਼ੀ ਨਕਲ ਮੰਗੋ।
card-smart-health-card = SMART ਸਿਹਤ ਕਾਰਡ
card-smart-health-card-hint = ਤੁਹਾਡੀਆਂ ਸਾਰੀਆਂ ਖ਼ੁਰਾਕਾਂ, ਫ਼ੋਨ ਦੀਆਂ ਸਿਹਤ ਐਪਾਂ ਅਤੇ ਕਈ ਦੇਸ਼ਾਂ ਦੇ ਰੀਡਰਾਂ ਲਈ।
card-eu-dcc = EU ਸਰਟੀਫਿਕੇਟ (HC1)
card-eu-dcc-hint = ਤੁਹਾਡੀ ਆਖ਼ਰੀ ਖ਼ੁਰਾਕ, EU ਸਰਟੀਫਿਕੇਟ ਪੜ੍ਹਨ ਵਾਲਿਆਂ ਲਈ।
card-fhir = FHIR ਰਿਕਾਰਡ
card-fhir-hint = ਹਸਪਤਾਲਾਂ ਅਤੇ ABDM ਲਈ ਤੁਹਾਡੀਆਂ ਸਾਰੀਆਂ ਖ਼ੁਰਾਕਾਂ; ਬਿਨਾਂ ਦਸਤਖ਼ਤ।
