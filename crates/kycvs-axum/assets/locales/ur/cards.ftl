# What a person takes home
cards-title = آپ کے ٹیکوں کا ریکارڈ
cards-hint = اپنی درج خوراکوں کی نقل ساتھ رکھیں۔ یہ صرف آپ کو ملتی ہے؛ جو آپ کی صورتِ حال پوچھتے ہیں وہ اسے کبھی نہیں دیکھتے۔
cards-keep = نقل رکھیں
cards-file = فائل کے طور پر محفوظ کریں
cards-none = کوئی کارڈ آپ کا ریکارڈ نہیں دکھا سکتا۔ کاغذی نقل مانگیں۔
card-smart-health-card = SMART صحت کارڈ
card-smart-health-card-hint = آپ کی تمام خوراکیں، فون کی صحت ایپس اور کئی ملکوں کے ریڈرز کے لیے۔
card-eu-dcc = EU سرٹیفکیٹ (HC1)
card-eu-dcc-hint = آپ کی آخری خوراک، EU سرٹیفکیٹ پڑھنے والوں کے لیے۔
card-fhir = FHIR ریکارڈ
card-fhir-hint = ہسپتالوں اور ABDM کے لیے آپ کی تمام خوراکیں؛ بغیر دستخط۔
